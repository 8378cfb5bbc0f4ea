import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { build } from './build.mjs'
import { temporaryFolder } from './testing/temporary-folder.mjs'

/** @type {string} */
let checkout
/** @type {string} */
let said
beforeEach(async () => {
  checkout = await temporaryFolder()
  said = ''
  vi.stubEnv('ALBERT_CACHE_DIR', path.join(checkout, 'cache'))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((said += String(text))))
  await symlink(path.resolve('node_modules'), path.join(checkout, 'node_modules'))
  await write('main/server/main.ts', "import { word } from './word.ts'\nconsole.log(word)\n")
  await write('main/server/word.ts', "export const word: string = 'one'\n")
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/**
 * @param {string} name
 * @param {string} text
 */
async function write(name, text) {
  await mkdir(path.dirname(path.join(checkout, name)), { recursive: true })
  await writeFile(path.join(checkout, name), text)
}

const result = () => path.join(checkout, 'dist', 'server', 'main.cjs')

test('what is there is built, and what is not there is named', async () => {
  await build(checkout)
  expect(await readFile(result(), 'utf8')).toContain('"one"')
  expect(said).toContain('Not built, for it is not there: main/electron/main.ts,')
})

test('nothing is built again while no source has changed, and everything when one has', async () => {
  await build(checkout)
  const { mtimeMs } = await stat(result())
  await write('main/server/word.test.ts', 'a test is no source')
  await write('assets/generated/x.tsv', 'nor is what we write')
  await build(checkout)
  expect((await stat(result())).mtimeMs).toBe(mtimeMs)
  await write('main/server/word.ts', "export const word: string = 'two'\n")
  await build(checkout)
  expect(await readFile(result(), 'utf8')).toContain('"two"')
  await rm(result())
  await build(checkout)
  expect((await stat(result())).isFile()).toBe(true)
})

test('a fault is shown with its file and line, and building is tried again', async () => {
  await write('main/server/word.ts', 'export const word: = 1\n')
  const fault = {
    message: expect.stringContaining('could not be built'),
    log: expect.stringContaining('main/server/word.ts:1:'),
  }
  await expect(build(checkout)).rejects.toMatchObject(fault)
  await expect(build(checkout)).rejects.toMatchObject(fault)
})
