import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { GOLDENS } from '../testing/tensor-dump.ts'
import { readBundle } from './bundle-reader.ts'
import { bundleFiles, writeBundle } from './bundle-writer.ts'
import { endFault, failAfter } from './failing-files.ts'
import { bytesOf, type NamedTensor } from './named-tensor.ts'

vi.mock('node:fs/promises', async (load) => {
  const { failingFiles } = await import('./failing-files.ts')
  return failingFiles(await load())
})

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-writer-'))
})
afterEach(async () => {
  endFault()
  await rm(folder, { recursive: true })
})

describe('F45: what TensorFlow wrote, read and written again, is the same files byte for byte', () => {
  test.each([
    'model/one-group/pretrained/model.ckpt-best',
    'model/one-group/classifier/model.ckpt-best',
    'model/one-group/classifier/resume-adamw/model.ckpt-2',
    'model/two-groups/pretrained/model.ckpt-best',
    'model/two-groups/classifier/model.ckpt-best',
    'model/v2-like/classifier/model.ckpt-best',
    'model/relu-square/classifier/model.ckpt-best',
  ])('%s', async (golden) => {
    const original = bundleFiles(join(GOLDENS, golden))
    const ours = bundleFiles(join(folder, 'ours'))
    await writeBundle(join(folder, 'ours'), (await readBundle(join(GOLDENS, golden))).values())
    expect(await readFile(ours.index)).toEqual(await readFile(original.index))
    expect(await readFile(ours.data)).toEqual(await readFile(original.data))
  })
})

test('values over several pieces, and a view into a larger array', async () => {
  const long = Float32Array.from({ length: 3_000_001 }, (_, i) => i % 1000)
  const view = long.subarray(7, 19)
  const tensors: NamedTensor[] = [
    { name: 'long', dtype: 'float32', shape: [long.length], data: long },
    { name: 'view', dtype: 'float32', shape: [3, 4], data: view },
  ]
  await writeBundle(join(folder, 'x'), tensors)
  const read = await readBundle(join(folder, 'x'))
  expect(Buffer.compare(bytesOf(read.get('long')!), bytesOf({ data: long }))).toBe(0)
  expect(read.get('view')?.data).toEqual(view)
  expect((await stat(bundleFiles(join(folder, 'x')).data)).size).toBe(4 * (long.length + 12))
})

test('F21: a disk that fills up says so with the bytes it reached, and nothing of the new checkpoint is left', async () => {
  const tensor: NamedTensor = {
    name: 'w',
    dtype: 'float32',
    shape: [2_500_000],
    data: new Float32Array(2_500_000),
  }
  failAfter(2, { kind: 'error', code: 'ENOSPC' }) // open, one piece of 4 MiB, then no more
  await expect(writeBundle(join(folder, 'x'), [tensor])).rejects.toMatchObject({
    error: {
      code: 'disk-full',
      file: bundleFiles(join(folder, 'x')).data,
      message: expect.stringMatching(/the disk is full after \d+ bytes\. .*free some space/) as string,
    },
  })
  expect(endFault()).toBe(true)
  expect(await readdir(folder)).toEqual([])
})
