// Where a file is fetched: official addresses, mirrors, proxies, and what is refused.
import { expect, test } from 'vitest'
import { DownloadSettings } from '../../contract/download-settings.ts'
import { addressOf, redirectTarget } from './addresses.ts'
import { proxyFor } from './request.ts'

const official = 'https://storage.googleapis.com/albert_models/albert_base_v2.tar.gz'

test.each([
  ['', official],
  ['https://mirror.example/', 'https://mirror.example/albert_models/albert_base_v2.tar.gz'],
  ['https://mirror.example/a/{file}', 'https://mirror.example/a/albert_base_v2.tar.gz'],
  [
    'https://{host}.example/{path}?key=1',
    'https://storage.googleapis.com.example/albert_models/albert_base_v2.tar.gz?key=1',
  ],
])('the mirror %j leads to %s', (mirror, expected) => {
  expect(addressOf(official, { mirror }).href).toBe(expected)
})

test('the question of an official address goes along to a mirror', () => {
  const hub = 'https://tfhub.dev/google/albert_base/3?tf-hub-format=compressed'
  expect(addressOf(hub, { mirror: 'https://mirror.example' }).href).toBe(
    'https://mirror.example/google/albert_base/3?tf-hub-format=compressed',
  )
})

test.each([
  ['mirror', 'https://mirror.example', true],
  ['mirror', 'http://localhost:8080/models', true],
  ['mirror', 'http://[::1]:8080/', true],
  ['mirror', 'http://mirror.example', false],
  ['mirror', 'http://localhost.example', false],
  ['mirror', 'ftp://mirror.example', false],
  ['mirror', 'mirror.example', false],
  ['proxy', 'http://name:password@proxy.example:3128', true],
  ['proxy', 'socks5://proxy.example', false],
  ['proxy', 'proxy.example:3128', false],
] as const)('the settings take the %s %s: %s', (field, value, isTaken) => {
  expect(DownloadSettings.safeParse({ [field]: value }).success).toBe(isTaken)
})

test('a redirect goes to the same host, or to one that the file is known to lie on, never to a less safe scheme', () => {
  const from = new URL('https://tfhub.dev/google/albert_base/3')
  expect(redirectTarget(from, '/elsewhere', []).href).toBe('https://tfhub.dev/elsewhere')
  const storage = 'https://storage.googleapis.com/module.tar.gz'
  expect(redirectTarget(from, storage, ['storage.googleapis.com']).href).toBe(storage)
  expect(() => redirectTarget(from, storage, [])).toThrow('sends on to https://storage.googleapis.com')
  expect(() => redirectTarget(from, 'http://tfhub.dev/elsewhere', [])).toThrow('is not encrypted')
  // Not even to this machine: what is asked for outside cannot be a thing of this one.
  expect(() => redirectTarget(from, 'http://127.0.0.1/', ['127.0.0.1'])).toThrow('is not encrypted')
})

test('the environment names the proxy where the settings do not, and the hosts that do without', () => {
  const env = { HTTPS_PROXY: 'http://company:3128', NO_PROXY: 'localhost, .example.org' }
  const of = (address: string, setting = '') => proxyFor(new URL(address), setting, env)
  expect(of('https://models.invalid/')).toBe('http://company:3128')
  expect(of('https://models.invalid/', 'http://own:1')).toBe('http://own:1')
  expect(of('https://data.example.org/')).toBeNull()
  expect(of('http://127.0.0.1/', 'http://own:1')).toBeNull()
  expect(proxyFor(new URL('https://models.invalid/'), '', {})).toBeNull()
  const all = { HTTPS_PROXY: '', ALL_PROXY: 'http://all:3128' }
  expect(proxyFor(new URL('https://models.invalid/'), '', all)).toBe('http://all:3128')
})

test('a SOCKS proxy of the environment is refused in words, where it would be used', () => {
  const env = { ALL_PROXY: 'socks5://127.0.0.1:1080', NO_PROXY: 'example.org' }
  const of = (address: string, setting = '') => proxyFor(new URL(address), setting, env)
  expect(() => of('https://models.invalid/')).toThrow(/of the kind socks5; only HTTP proxies are supported/)
  expect(of('https://example.org/')).toBeNull()
  expect(of('https://models.invalid/', 'http://own:1')).toBe('http://own:1')
})
