// Package indexes as they are found: JSON and pages, relative links, names and passwords, mirrors that send on; and pips that say where theirs is.
import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { DownloadSettings } from '../../contract/download-settings.ts'
import { temporaryFolder } from '../testing/host-fixture.ts'
import { systemClock } from './clock.ts'
import { TransferFault } from './fault.ts'
import { askPip, createLocate, wheelFile } from './package-index.ts'
import { answers, startServer } from './testing/misbehaving-server.ts'

const FILE = 'tiny_tensor-1.0-cp311-cp311-manylinux_2_27_x86_64.whl'
const wheel = wheelFile({
  project: 'tiny-tensor',
  version: '1.0',
  file: FILE,
  bytes: 10,
  sha256: '0'.repeat(64),
  keep: ['*'],
})
const connection = { clock: systemClock, signal: new AbortController().signal, proxyFor: () => null }
const locate = (index: string, ask: () => Promise<string | null> = async () => null) =>
  createLocate(() => DownloadSettings.parse({ package_index: index }), ask)(wheel, connection)
const faultOf = async (failing: Promise<unknown>) => {
  const error = await failing.then(
    () => new Error('it did not fail'),
    (cause: unknown) => cause,
  )
  return error instanceof TransferFault ? error.fault : error
}
const json = (files: unknown) =>
  answers(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' }, JSON.stringify({ files }))
const page = (text: string) => answers(200, { 'content-type': 'text/html; charset=utf-8' }, text)

test('a file on an index that speaks JSON', async () => {
  const server = await startServer()
  const url = 'https://files.invalid/packages/1/tiny.whl#sha256=00'
  server.at(
    '/simple/tiny-tensor/',
    json([
      { filename: 'other.whl', url: 'x' },
      { filename: FILE, url },
    ]),
  )
  expect((await locate(`${server.origin}/simple/`)).href).toBe('https://files.invalid/packages/1/tiny.whl')
  expect(server.asked[0]?.headers.accept).toMatch(/^application\/vnd\.pypi\.simple\.v1\+json/)
})

test.each([
  ['by its text', `<a href="../../x/1?a=1&amp;b=2#sha256=00" data-x="1">${FILE}</a>`, '/x/1?a=1&b=2'],
  ['by its address', `<a class='w' href='/files/${FILE}'>the wheel</a>`, `/files/${FILE}`],
  [
    'where the address is encoded',
    `<A HREF="${FILE.replace('_', '%5F')}">w</A>`,
    `/simple/tiny-tensor/${FILE.replace('_', '%5F')}`,
  ],
])('a link on a page, %s', async (_, link, place) => {
  const server = await startServer()
  server.at('/simple/tiny-tensor/', page(`<!DOCTYPE html><body><a href="other">other</a>${link}</body>`))
  expect((await locate(`${server.origin}/simple`)).href).toBe(`${server.origin}${place}`)
})

test('name and password of the index are those of its files, and of no other host', async () => {
  const server = await startServer()
  server.at('/simple/tiny-tensor/', json([{ filename: FILE, url: `${server.origin}/file.whl` }]))
  const index = server.origin.replace('http://', 'http://ada:secret@')
  expect((await locate(`${index}/simple`)).href).toBe(`${index}/file.whl`)
  expect(server.asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ada:secret').toString('base64')}`)
  server.at('/simple/tiny-tensor/', json([{ filename: FILE, url: 'https://files.invalid/file.whl' }]))
  expect((await locate(`${index}/simple`)).href).toBe('https://files.invalid/file.whl')
})

test('an index that sends on is followed, and links are read from where it led', async () => {
  const server = await startServer()
  server.at('/simple/tiny-tensor/', answers(301, { location: '/mirror/tiny-tensor/' }))
  server.at('/mirror/tiny-tensor/', json([{ filename: FILE, url: 'here.whl' }]))
  expect((await locate(`${server.origin}/simple`)).href).toBe(`${server.origin}/mirror/tiny-tensor/here.whl`)
})

test.each([
  ['that lacks the project', answers(404), { code: 'not-listed' }],
  ['that lacks the file', json([]), { code: 'not-listed' }],
  [
    'whose answer is cut',
    answers(200, { 'content-type': 'application/json' }, '{"files": ['),
    { code: 'not-listed' },
  ],
  ['that wants a password', answers(401), { code: 'forbidden' }],
  ['that is busy', answers(503), { code: 'busy' }],
  ['that is broken', answers(500), { code: 'server-error' }],
  [
    'whose files are not encrypted',
    json([{ filename: FILE, url: 'http://files.invalid/a.whl' }]),
    { code: 'insecure-address' },
  ],
  ['whose files are nowhere', json([{ filename: FILE, url: 'http://[' }]), { code: 'redirect' }],
])('an index %s', async (_, behaviour, fault) => {
  const server = await startServer()
  server.at('/simple/tiny-tensor/', behaviour)
  const found = await faultOf(locate(`${server.origin.replace('://', '://ada:secret@')}/simple`))
  expect(found).toMatchObject(fault)
  expect(JSON.stringify(found)).not.toContain('secret')
})

test('without an index in the settings pip is asked, once', async () => {
  const server = await startServer()
  server.at('/simple/tiny-tensor/', json([{ filename: FILE, url: 'a.whl' }]))
  let asked = 0
  const ask = async () => {
    asked += 1
    return `${server.origin}/simple`
  }
  const find = createLocate(() => DownloadSettings.parse({}), ask)
  await find(wheel, connection)
  await find(wheel, connection)
  expect(asked).toBe(1)
})

test('without an index and without a pip the reason is said, and the next try asks again', async () => {
  let asked = 0
  const find = createLocate(
    () => DownloadSettings.parse({}),
    async () => {
      asked += 1
      return null
    },
  )
  for (let turn = 1; turn <= 2; turn += 1)
    expect(await faultOf(find(wheel, connection))).toMatchObject({ code: 'no-index' })
  expect(asked).toBe(2)
})

test('what is no wheel is where it always was, or on the mirror', async () => {
  const url = 'https://models.invalid/a/model.tar.gz'
  const model = { ...wheel, url }
  const find = (mirror: string) =>
    createLocate(() => DownloadSettings.parse({ mirror, package_index: 'https://index.invalid' }))(
      model,
      connection,
    )
  expect((await find('')).href).toBe(url)
  expect((await find('https://mirror.invalid/{file}')).href).toBe('https://mirror.invalid/model.tar.gz')
})

/** A folder with a `python3` that speaks as pip does. */
function pip(help: string, list = ''): NodeJS.ProcessEnv {
  const folder = temporaryFolder()
  writeFileSync(path.join(folder, 'help'), help)
  writeFileSync(path.join(folder, 'list'), list)
  const script = `#!/bin/sh\ncase "$*" in *download*) file=help ;; *) file=list ;; esac\nwhile IFS= read -r line; do printf '%s\\n' "$line"; done < "${folder}/$file"\n`
  writeFileSync(path.join(folder, 'python3'), script)
  chmodSync(path.join(folder, 'python3'), 0o755)
  return { PATH: folder }
}

const HELP = (url: string) => `Package Index Options:
  -i, --index-url <url>       Base URL of the Python Package Index (default ${url}). This should point to a
                              repository compliant with PEP 503.
  --extra-index-url <url>     Extra URLs of package indexes (default elsewhere).
`

test.skipIf(process.platform === 'win32')(
  'pip says its index, and its password where it has one',
  async () => {
    expect(await askPip(pip(HELP('https://index.invalid/simple')))).toBe('https://index.invalid/simple')
    const hidden = HELP('https://ada:****@index.invalid/simple')
    const list =
      "global.index-url='https://one.invalid/simple'\n:env:.index-url='https://ada:secret@index.invalid/simple'\n"
    expect(await askPip(pip(hidden, list))).toBe('https://ada:secret@index.invalid/simple')
  },
)

test.skipIf(process.platform === 'win32')('no pip, and one that does not say', async () => {
  expect(await askPip({ PATH: temporaryFolder() })).toBeNull()
  expect(await askPip(pip('Usage: pip download\n'))).toBeNull()
})
