// What is kept comes back whole or not at all, for the same sources and settings only, and does not grow beyond its bound.
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { goldenPath } from '../../testing/golden.ts'
import { eventsOf, only, tinyRequest } from '../../testing/tiny-run.ts'
import { loadTokenizer } from '../../text/tokenizer.ts'
import { prepareSplit } from '../prepare.ts'
import { startWorkers } from './workers.ts'
import { bytesIn, cacheKey, featureCache } from './feature-cache.ts'

let folder = ''
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'albert-cache-'))))
afterEach(async () => rm(folder, { recursive: true, force: true }))

const VALUE = { ids: Int32Array.of(1, 2, 3), names: ['a', 'b'], scores: Float64Array.of(0.1), none: null }

test('a value comes back as it was, without a trace of half-written files', async () => {
  const cache = featureCache(path.join(folder, 'features'))
  expect(await cache.read('key')).toBeNull()
  await cache.write('key', VALUE)
  expect(await cache.read('key')).toEqual(VALUE)
  expect(await cache.read('other')).toBeNull()
  expect(await readdir(path.join(folder, 'features'))).toEqual(['key.features'])
})

test.each([
  ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
  ['empty', () => Buffer.alloc(0)],
  ['changed in one bit', (bytes: Buffer) => Buffer.from(bytes).fill((bytes[40] ?? 0) ^ 1, 40, 41)],
])('an entry that is %s is noticed and removed', async (_, damage) => {
  const cache = featureCache(folder)
  await cache.write('key', VALUE)
  const file = path.join(folder, 'key.features')
  await writeFile(file, damage(await readFile(file)))
  expect(await cache.read('key')).toBeNull()
  expect(await readdir(folder)).toEqual([])
  await cache.write('key', VALUE)
  expect(await cache.read('key')).toEqual(VALUE)
})

test('the entries that were not used for longest make room', async () => {
  const cache = featureCache(folder, 3600)
  const value = new Uint8Array(900)
  for (const [at, key] of ['a', 'b', 'c'].entries()) {
    await cache.write(key, value)
    await utimes(path.join(folder, `${key}.features`), 1000 + at, 1000 + at)
  }
  expect(await cache.read('a')).toEqual(value) // used now, so b is the oldest
  await cache.write('d', value)
  expect((await readdir(folder)).sort()).toEqual(['a.features', 'c.features', 'd.features'])
  await cache.write('huge', new Uint8Array(5000))
  expect(await cache.read('huge')).toBeNull()
})

test('the key hangs on every byte, name and setting', async () => {
  const source = path.join(folder, 'source')
  await mkdir(path.join(source, 'inner'), { recursive: true })
  await writeFile(path.join(source, 'inner', 'a.txt'), 'some text')
  await writeFile(path.join(source, 'b.txt'), 'more')
  const key = await cacheKey([source], { max_seq_length: 16 })
  expect(await cacheKey([source], { max_seq_length: 16 })).toBe(key)
  expect(await bytesIn(source)).toBe(13)
  expect(await cacheKey([source], { max_seq_length: 17 })).not.toBe(key)
  await writeFile(path.join(source, 'b.txt'), 'morE')
  expect(await cacheKey([source], { max_seq_length: 16 })).not.toBe(key)
  await rm(path.join(source, 'b.txt'))
  await writeFile(path.join(source, 'c.txt'), 'more')
  expect(await cacheKey([source], { max_seq_length: 16 })).not.toBe(key)
})

test('a split that was tokenised before is taken from the disk, and made again when its entry is damaged', async () => {
  const request = await tinyRequest(path.join(folder, 'task'))
  request.model = {
    ...request.model,
    vocab_file: null,
    spm_model_file: goldenPath('end-to-end/tiny/30k-clean.model'),
  }
  request.cache_dir = path.join(folder, 'cache')
  const rows = Array.from({ length: 9000 }, (_, row) => `${'the smith mends a boat '.repeat(5)}${row}\tyes`)
  await writeFile(path.join(request.data_dir, 'train.tsv'), ['text\tlabel', ...rows].join('\n'))
  const files = { ...request.model, do_lower_case: true }
  const [tokenizer, workers] = [await loadTokenizer(files), startWorkers(files, 0)]
  const { signal } = new AbortController()
  const read = async () => {
    const stream = prepareSplit(request, 'train', { tokenizer, workers }, signal)
    let made: unknown = null
    const events = await eventsOf(
      (async function* () {
        made = yield* stream
      })(),
    )
    return {
      made,
      told: only(events, 'log')
        .map(({ message }) => message)
        .join(' '),
    }
  }
  const first = await read()
  expect(first.told).toContain('is tokenised without worker threads: ')
  const second = await read()
  expect(second.told).toContain('tokenised before')
  expect(second.made).toEqual(first.made)
  const [entry = ''] = await readdir(path.join(folder, 'cache', 'features'))
  await writeFile(path.join(folder, 'cache', 'features', entry), 'damaged')
  const third = await read()
  expect(third.told).not.toContain('tokenised before')
  expect(third.made).toEqual(first.made)
  expect((await read()).told).toContain('tokenised before')
  tokenizer.close()
})
