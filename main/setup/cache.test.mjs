import { mkdir, readFile, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { cacheFolder, checkFolder, expectSha256, makeFolder } from './cache.mjs'
import { temporaryFolder } from './testing/temporary-folder.mjs'

const facts = { id: 'recipe 1', version: '1.0', source: 'test', needsMegabytes: 1 }

/** @param {string} folder */
async function fill(folder) {
  await mkdir(path.join(folder, 'lib'))
  await writeFile(path.join(folder, 'lib', 'big.so'), 'a'.repeat(1000))
  await writeFile(path.join(folder, 'program'), 'b')
}

test('a folder that was made is found again, with the hashes of its files', async () => {
  const folder = path.join(await temporaryFolder(), 'cache', 'thing')
  expect(await checkFolder(folder, facts.id)).toBeUndefined()
  const made = await makeFolder(folder, facts, fill)
  expect(Object.keys(made.files)).toEqual(['lib/big.so', 'program'])
  expect(await checkFolder(folder, facts.id)).toEqual(made)
  expect(await checkFolder(folder, 'recipe 2')).toBeUndefined()
})

test('an interruption leaves no folder, and what it left is removed by the next attempt', async () => {
  const cache = await temporaryFolder()
  const folder = path.join(cache, 'thing')
  await mkdir(path.join(cache, 'thing.partial-1-dead')) // what a SIGKILL leaves
  await writeFile(path.join(cache, 'thing.partial-1-dead', 'half'), 'x')
  const failing = makeFolder(folder, facts, async (partial) => {
    await fill(partial)
    throw new Error('the power went')
  })
  await expect(failing).rejects.toThrow('the power went')
  expect(await readdir(cache)).toEqual([])
  await makeFolder(folder, facts, fill)
  expect(await readdir(cache)).toEqual(['thing'])
})

describe('damage', () => {
  test.each(
    /** @type {[string, (folder: string) => Promise<unknown>][]} */ ([
      ['a truncated file', (folder) => truncate(path.join(folder, 'lib', 'big.so'), 10)],
      ['a missing file', (folder) => rm(path.join(folder, 'program'))],
      ['a missing manifest', (folder) => rm(path.join(folder, 'manifest.json'))],
      ['a truncated manifest', (folder) => truncate(path.join(folder, 'manifest.json'), 20)],
      ['a changed file of the same size', (folder) => writeFile(path.join(folder, 'program'), 'c')],
    ]),
  )('%s is seen, and the folder is made again', async (_name, damage) => {
    const folder = path.join(await temporaryFolder(), 'thing')
    await makeFolder(folder, facts, fill)
    await damage(folder)
    expect(await checkFolder(folder, facts.id)).toBeUndefined()
    await makeFolder(folder, facts, fill)
    expect(await checkFolder(folder, facts.id)).toBeDefined()
    expect(await readFile(path.join(folder, 'program'), 'utf8')).toBe('b')
  })

  test('other times with the same content are no damage', async () => {
    const folder = path.join(await temporaryFolder(), 'thing')
    await makeFolder(folder, facts, fill)
    await utimes(path.join(folder, 'program'), 1, 1)
    expect(await checkFolder(folder, facts.id)).toBeDefined()
  })
})

test('too little space is said before anything is fetched', async () => {
  const folder = path.join(await temporaryFolder(), 'thing')
  let started = false
  const made = makeFolder(folder, { ...facts, needsMegabytes: 1e12 }, async () => {
    started = true
  })
  await expect(made).rejects.toThrow(/MB are needed in .*ALBERT_CACHE_DIR/)
  expect(started).toBe(false)
})

test('a file with another hash is refused by name', async () => {
  const file = path.join(await temporaryFolder(), 'wheel')
  await writeFile(file, 'not it')
  await expect(expectSha256(file, '00', 'The package x')).rejects.toThrow(/The package x arrived damaged/)
})

test('the cache lies where the platform keeps caches, or where the user says', () => {
  expect(cacheFolder({}, 'linux', '/home/a')).toBe('/home/a/.cache/albert-workbench')
  expect(cacheFolder({ XDG_CACHE_HOME: '/c' }, 'linux', '/home/a')).toBe('/c/albert-workbench')
  expect(cacheFolder({ XDG_CACHE_HOME: 'relative' }, 'linux', '/home/a')).toBe(
    '/home/a/.cache/albert-workbench',
  )
  expect(cacheFolder({}, 'darwin', '/Users/a')).toBe('/Users/a/Library/Caches/albert-workbench')
  expect(cacheFolder({ ALBERT_CACHE_DIR: '/big/disk' }, 'linux', '/home/a')).toBe('/big/disk')
})
