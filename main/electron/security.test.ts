// What the window may do: the settings as they are handed to Electron, and who counts as our own page.
import { describe, expect, test, vi } from 'vitest'
import {
  isOurAddress,
  isOurFrame,
  mayHave,
  mayLoad,
  secureContents,
  secureSession,
  webPreferences,
} from './security.ts'

test('the page has no Node, an own world and a sandbox', () => {
  expect(webPreferences('/p/preload.cjs')).toEqual({
    preload: '/p/preload.cjs',
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    navigateOnDragDrop: false,
    spellcheck: false,
  })
})

test.each([
  ['app://bundle/', true],
  ['app://bundle/assets/main.js?x#y', true],
  ['app://bundle.evil.example/', false],
  ['app://evil@bundle/', false],
  ['app://bundle:80/', false],
  ['app://other/', false],
  ['https://bundle/', false],
  ['file:///etc/passwd', false],
  ['about:blank', false],
  ['javascript:alert(1)', false],
  ['', false],
])('%s is our address: %s', (url, ours) => {
  expect(isOurAddress(url)).toBe(ours)
})

test('only the top frame of our page may call', () => {
  expect(isOurFrame({ url: 'app://bundle/', parent: null })).toBe(true)
  expect(isOurFrame({ url: 'app://bundle/', parent: {} })).toBe(false)
  expect(isOurFrame({ url: 'about:blank', parent: null })).toBe(false)
  expect(isOurFrame(null)).toBe(false)
})

test('the window loads its own files, the developer tools, and nothing from a network or a disk', () => {
  for (const url of [
    'app://bundle/a.js',
    'devtools://devtools/x',
    'data:image/png;base64,',
    'blob:app://bundle/1',
  ]) {
    expect(mayLoad(url)).toBe(true)
  }
  for (const url of [
    'http://127.0.0.1/',
    'https://example.org/',
    'ws://127.0.0.1/',
    'file:///etc/passwd',
    'ftp://example.org/',
    'chrome://version/',
  ]) {
    expect(mayLoad(url)).toBe(false)
  }
})

test('copying text is the one permission', () => {
  expect(mayHave('clipboard-sanitized-write', 'app://bundle/')).toBe(true)
  expect(mayHave('clipboard-sanitized-write', 'https://evil.example/')).toBe(false)
  for (const permission of [
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'usb',
    'openExternal',
  ]) {
    expect(mayHave(permission, 'app://bundle/')).toBe(false)
  }
})

describe('what is set on Electron', () => {
  test('every session is guarded', () => {
    const set: Record<string, (...words: unknown[]) => unknown> = {}
    const keep = (name: string) => (handler: (...words: unknown[]) => unknown) => {
      set[name] = handler
    }
    secureSession({
      setPermissionRequestHandler: keep('request'),
      setPermissionCheckHandler: keep('check'),
      setDevicePermissionHandler: keep('device'),
      webRequest: { onBeforeRequest: keep('load') },
    } as unknown as Parameters<typeof secureSession>[0])
    const grant = vi.fn()
    set['request']?.({ getURL: () => 'app://bundle/' }, 'media', grant)
    expect(grant).toHaveBeenCalledWith(false)
    expect(set['check']?.(null, 'media')).toBe(false)
    expect(set['device']?.({})).toBe(false)
    const decide = vi.fn()
    set['load']?.({ url: 'https://example.org/' }, decide)
    expect(decide).toHaveBeenCalledWith({ cancel: true })
  })

  test('every page stays where it is', () => {
    const listeners = new Map<string, (event: { preventDefault(): void }, url: string) => void>()
    let onOpen: (() => { action: string }) | undefined
    secureContents({
      setWindowOpenHandler: (handler: () => { action: string }) => {
        onOpen = handler
      },
      on: (name: string, listener: (event: { preventDefault(): void }, url: string) => void) =>
        listeners.set(name, listener),
    } as unknown as Parameters<typeof secureContents>[0])
    expect(onOpen?.()).toEqual({ action: 'deny' })
    for (const [name, url, prevented] of [
      ['will-navigate', 'https://example.org/', true],
      ['will-navigate', 'file:///tmp/dropped.tsv', true],
      ['will-navigate', 'app://bundle/', false],
      ['will-redirect', 'app://bundle.evil/', true],
      ['will-attach-webview', 'app://bundle/', true],
    ] as const) {
      const preventDefault = vi.fn()
      listeners.get(name)?.({ preventDefault }, url)
      expect(preventDefault, `${name} ${url}`).toHaveBeenCalledTimes(prevented ? 1 : 0)
    }
  })
})
