import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { preparePackages } from './packages.mjs'
import { temporaryFolder } from './testing/temporary-folder.mjs'

const wanted = {
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/elsewhere': { integrity: 'sha512-b', optional: true },
}

/** @type {string} */
let checkout
beforeEach(async () => {
  checkout = await temporaryFolder()
  await mkdir(path.join(checkout, 'node_modules', 'a'), { recursive: true })
  await writeFile(path.join(checkout, 'node_modules', 'a', 'package.json'), '{}')
  await writeFile(path.join(checkout, 'package.json'), JSON.stringify({ dependencies: { a: '1.0.0' } }))
  await lock('package-lock.json', { '': {}, ...wanted })
  await lock('node_modules/.package-lock.json', { 'node_modules/a': wanted['node_modules/a'] })
  vi.stubEnv('PATH', checkout)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  vi.stubEnv('npm_execpath', '')
  vi.stubEnv('ALBERT_CACHE_DIR', path.join(checkout, 'cache'))
})

/**
 * @param {string} name
 * @param {object} packages
 */
const lock = (name, packages) => writeFile(path.join(checkout, name), JSON.stringify({ packages }))

const wantsNpm = /npm is missing; install Node\.js/ // what happens on this PATH when npm ci is due

test('packages as the lockfile names them are left alone', async () => {
  await preparePackages(checkout)
  await preparePackages(checkout)
})

test('another lockfile makes npm ci due', async () => {
  await preparePackages(checkout)
  await lock('package-lock.json', {
    '': {},
    ...wanted,
    'node_modules/b': { version: '2.0.0', integrity: 'sha512-c' },
  })
  await expect(preparePackages(checkout)).rejects.toThrow(wantsNpm)
})

test('an npm ci that did not finish makes another one due', async () => {
  await rm(path.join(checkout, 'node_modules', '.package-lock.json'))
  await expect(preparePackages(checkout)).rejects.toThrow(wantsNpm)
})

test('a package that was deleted makes npm ci due', async () => {
  await preparePackages(checkout)
  await rm(path.join(checkout, 'node_modules', 'a'), { recursive: true })
  await expect(preparePackages(checkout)).rejects.toThrow(wantsNpm)
})
