// What the window may do, as settings and as predicates: our own pages by our own scheme, and nothing else.
import type { Session, WebContents, WebPreferences } from 'electron'

export const SCHEME = 'app'
export const HOST = 'bundle'
export const START_PAGE = `${SCHEME}://${HOST}/`

/** The page has neither Node nor the preload's world, and its process is in Chromium's sandbox. */
export function webPreferences(preload: string): WebPreferences {
  return {
    preload,
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
  }
}

/** Compared part by part: a scheme of our own has no origin in Node, and the start of a string proves nothing. */
export function isOurAddress(url: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(url)
    return protocol === `${SCHEME}:` && host === HOST && username === '' && password === ''
  } catch {
    return false
  }
}

/** Whether a message comes from the top frame of our own page; `null` is a frame that is gone already. */
export function isOurFrame(frame: { url: string; parent: unknown } | null | undefined): boolean {
  return frame !== null && frame !== undefined && frame.parent === null && isOurAddress(frame.url)
}

/** What the window may load: its files, what it made itself, and the developer tools. */
export function mayLoad(url: string): boolean {
  return isOurAddress(url) || /^(?:devtools|data|blob):/.test(url)
}

/** Copying text is all that a page may ask for; Electron would grant everything by default. */
export function mayHave(permission: string, url: string): boolean {
  return permission === 'clipboard-sanitized-write' && isOurAddress(url)
}

export function secureSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, grant) =>
    grant(mayHave(permission, contents.getURL())),
  )
  session.setPermissionCheckHandler((contents, permission) => mayHave(permission, contents?.getURL() ?? ''))
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest((details, decide) => decide({ cancel: !mayLoad(details.url) }))
}

/** For every page the program ever makes, not for our window alone. */
export function secureContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.on('will-navigate', (event, url) => {
    if (!isOurAddress(url)) event.preventDefault()
  })
  contents.on('will-redirect', (event, url) => {
    if (!isOurAddress(url)) event.preventDefault()
  })
}
