// A disk that fills up while a checkpoint or a result is written: the run says so, and what was saved before is intact.
import type * as FileSystemModule from 'node:fs/promises'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newestTrainingCheckpoint } from '../checkpoint/training-checkpoint.ts'
import { eventsOf, only, tinyRequest } from '../testing/tiny-run.ts'
import { run } from './run.ts'

vi.setConfig({ testTimeout: 120_000 })

type FileSystem = typeof FileSystemModule

/** Files whose names match are refused as by a full disk, once they are opened for writing. */
let refused: RegExp | null = null

vi.mock('node:fs/promises', async (importActual) => {
  const actual = await importActual<FileSystem>()
  const open: typeof actual.open = async (file, flags, mode) => {
    if (refused !== null && flags !== 'r' && flags !== undefined && refused.test(String(file))) {
      throw Object.assign(new Error(`ENOSPC: no space left on device, write '${String(file)}'`), {
        code: 'ENOSPC',
        path: String(file),
      })
    }
    return actual.open(file, flags, mode)
  }
  return { ...actual, open, default: { ...actual, open } }
})

let folder = ''
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'albert-full-'))))
afterEach(async () => {
  refused = null
  await rm(folder, { recursive: true, force: true })
})

test.each([
  ['model.ckpt-3', 3, 0],
  ['eval_results.txt', 0, 0],
  ['test_results.tsv', 6, 6],
] as const)('%s cannot be written', async (name, step, saved) => {
  const request = await tinyRequest(folder)
  refused = new RegExp(name.replaceAll('.', '\\.'))
  const failing = await eventsOf(run(request, { signal: new AbortController().signal }))
  const last = failing.at(-1)
  expect(last).toMatchObject({ type: 'failed', step, error: { code: 'disk-full' } })
  expect(last?.type === 'failed' && last.error.code === 'disk-full' && last.error.file).toContain(name)
  refused = null
  expect((await newestTrainingCheckpoint(request.output_dir))?.checkpoint.step).toBe(saved)
  expect((await readdir(request.output_dir)).filter((file) => file.startsWith('.tmp'))).toEqual([])

  const again = await eventsOf(run(request, { signal: new AbortController().signal }))
  expect(only(again, 'resumed')[0]?.step).toBe(saved)
  expect(only(again, 'finished')).toHaveLength(1)
})
