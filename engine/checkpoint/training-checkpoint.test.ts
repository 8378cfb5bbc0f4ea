import { chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { EngineFailure } from '../spec/errors.ts'
import { readBundle } from './bundle-reader.ts'
import { writeBundle } from './bundle-writer.ts'
import { endFault, failAfter, type Fault } from './failing-files.ts'
import type { NamedTensor } from './named-tensor.ts'
import {
  listTrainingCheckpoints,
  newestTrainingCheckpoint,
  saveTrainingCheckpoint,
  updateTrainingRecord,
  type Keep,
  type TrainingCheckpoint,
} from './training-checkpoint.ts'
import { changedFingerprints, type TrainingRecord } from './training-record.ts'

vi.mock('node:fs/promises', async (load) => {
  const { failingFiles } = await import('./failing-files.ts')
  return failingFiles(await load())
})

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'training-'))
})
afterEach(async () => {
  endFault()
  await rm(folder, { recursive: true, force: true })
})

const keepAll: Keep = { keep_checkpoint_max: 100, protect: [] }

function record(step: number): TrainingRecord {
  return {
    step,
    seed: 12345,
    fingerprints: { 'train.tsv': 'a1', albert_config: 'b2' },
    best: { step, metric: 'accuracy', value: 0.5 },
    evaluations: [{ split: 'dev', step, metrics: { accuracy: 0.5 }, examples: 8, is_best: true }],
    position: { epoch: 1, offset: 32 },
    random: { dropout: 7 },
    micro_batches: 1,
    train_seconds: 1.5,
  }
}

/** Values that tell of which save they are. */
function tensors(mark: number): NamedTensor[] {
  const of = (name: string, length: number): NamedTensor => ({
    name,
    dtype: 'float32',
    shape: [length],
    data: new Float32Array(length).fill(mark),
  })
  return [of('w', 300), of('w/adam_m', 300), of('w/adam_v', 300), of('b', 2)]
}

async function save(step: number, keep = keepAll, mark = step): Promise<TrainingCheckpoint> {
  return saveTrainingCheckpoint(folder, { tensors: tensors(mark), record: record(step) }, keep)
}

async function files(): Promise<string[]> {
  return (await readdir(folder)).sort()
}

const filesOf = (step: number) =>
  ['data-00000-of-00001', 'index', 'json'].map((ending) => `model.ckpt-${step}.${ending}`)

describe('saving', () => {
  test('leaves what TensorFlow leaves, and the manifest', async () => {
    const { prefix, step } = await save(10)
    expect({ prefix, step }).toEqual({ prefix: join(folder, 'model.ckpt-10'), step: 10 })
    expect(await files()).toEqual(['checkpoint', ...filesOf(10)])
    expect(await readFile(join(folder, 'checkpoint'), 'utf8')).toBe(
      'model_checkpoint_path: "model.ckpt-10"\nall_model_checkpoint_paths: "model.ckpt-10"\n',
    )
    const read = await readBundle(prefix)
    expect([...read.keys()]).toEqual(['b', 'global_step', 'w', 'w/adam_m', 'w/adam_v'])
    expect(read.get('global_step')?.data[0]).toBe(10n)
  })

  test('the newest comes back whole, with its record', async () => {
    await save(10)
    await save(20)
    const newest = await newestTrainingCheckpoint(folder)
    expect(newest?.checkpoint).toEqual({
      step: 20,
      prefix: join(folder, 'model.ckpt-20'),
      record: record(20),
    })
    expect(newest?.tensors.get('w')).toEqual(tensors(20)[0])
    expect(newest?.warnings).toEqual([])
  })

  test('a run that saved nothing has no newest; nor has a folder that is not there', async () => {
    expect(await newestTrainingCheckpoint(folder)).toBeNull()
    expect(await listTrainingCheckpoints(join(folder, 'no'))).toEqual([])
    expect(await newestTrainingCheckpoint(join(folder, 'no'))).toBeNull()
  })

  test('F33: the newest N and the protected stay; the pointer names what is there', async () => {
    const keep = { keep_checkpoint_max: 2, protect: [10] }
    for (const step of [10, 20, 30, 40]) await save(step, keep)
    expect((await listTrainingCheckpoints(folder)).map(({ step }) => step)).toEqual([10, 30, 40])
    expect(await files()).toEqual(['checkpoint', ...filesOf(10), ...filesOf(30), ...filesOf(40)])
    expect(await readFile(join(folder, 'checkpoint'), 'utf8')).toContain(
      'all_model_checkpoint_paths: "model.ckpt-30"\n',
    )
    await save(50, { keep_checkpoint_max: 1, protect: [] })
    expect(await files()).toEqual(['checkpoint', ...filesOf(50)])
  })

  test('foreign files stay, even where a checkpoint of this step would lie', async () => {
    await writeFile(join(folder, 'model.ckpt-10.index'), 'mine')
    await writeFile(join(folder, 'model.ckpt-10.meta'), 'mine too')
    await writeFile(join(folder, '.tmp-notes.txt'), 'and mine')
    await writeBundle(join(folder, 'model.ckpt-5'), tensors(5))
    for (const step of [10, 20]) await save(step, { keep_checkpoint_max: 1, protect: [] })
    expect(await readFile(join(folder, 'model.ckpt-10.index.set-aside-1'), 'utf8')).toBe('mine')
    expect(await files()).toEqual(
      expect.arrayContaining(['model.ckpt-10.meta', '.tmp-notes.txt', 'model.ckpt-5.index']),
    )
  })

  test('a step saved again replaces the first save', async () => {
    await save(10)
    await save(10, keepAll, 77)
    expect((await newestTrainingCheckpoint(folder))?.tensors.get('b')?.data[0]).toBe(77)
    expect(await files()).toEqual(['checkpoint', ...filesOf(10)])
  })

  test('F31: a folder that was removed is not made again', async () => {
    await rm(folder, { recursive: true })
    await expect(save(10)).rejects.toMatchObject({ error: { code: 'write-failed' } })
    await expect(readdir(folder)).rejects.toThrow('ENOENT')
  })

  test.skipIf(process.getuid?.() === 0)('F26: a folder that may not be written to', async () => {
    await chmod(folder, 0o500)
    await expect(save(10)).rejects.toMatchObject({ error: { code: 'write-failed' } })
    await chmod(folder, 0o700)
  })

  test('F26: a folder that is a file', async () => {
    const path = join(folder, 'file')
    await writeFile(path, '')
    const saving = saveTrainingCheckpoint(path, { tensors: tensors(1), record: record(1) }, keepAll)
    await expect(saving).rejects.toMatchObject({ error: { file: expect.stringContaining(path) as string } })
  })

  test('a fault of the caller is no user error: two tensors of a name, a shape that does not fit, a NaN metric', async () => {
    const twice = saveTrainingCheckpoint(
      folder,
      { tensors: [...tensors(1), ...tensors(1)], record: record(1) },
      keepAll,
    )
    await expect(twice).rejects.toThrow('Two tensors are called b')
    const misshaped = saveTrainingCheckpoint(
      folder,
      { tensors: tensors(1).map((t) => ({ ...t, shape: [7] })), record: record(1) },
      keepAll,
    )
    await expect(misshaped).rejects.toThrow('of shape [7] holds 2 values')
    const nan = { ...record(1), train_seconds: Number.NaN }
    await expect(saveTrainingCheckpoint(folder, { tensors: [], record: nan }, keepAll)).rejects.toThrow()
    expect(await files()).toEqual([])
  })
})

describe('the record', () => {
  test('is replaced without touching the tensors', async () => {
    const checkpoint = await save(10)
    await save(20)
    const better = { ...record(10), best: { step: 10, metric: 'accuracy', value: 0.9 } }
    expect((await updateTrainingRecord(checkpoint, better)).record).toEqual(better)
    const [first] = await listTrainingCheckpoints(folder)
    expect(first?.record).toEqual(better)
    expect(await files()).toEqual(['checkpoint', ...filesOf(10), ...filesOf(20)])
    await expect(updateTrainingRecord(checkpoint, record(11))).rejects.toThrow(
      'is not the one of checkpoint 10',
    )
  })

  test('F16: what changed since is named', () => {
    expect(changedFingerprints({ a: '1', b: '2', c: '3' }, { a: '1', b: '9', d: '4' })).toEqual([
      'b',
      'c',
      'd',
    ])
    expect(changedFingerprints({ a: '1' }, { a: '1' })).toEqual([])
  })
})

describe('a damaged newest', () => {
  test.each<[string, (prefix: string) => Promise<void>, RegExp]>([
    [
      'a flipped bit in its values',
      async (prefix) => flip(`${prefix}.data-00000-of-00001`, 100),
      /w \(bytes .* does not match its checksum/,
    ],
    [
      'a flipped bit in its index',
      async (prefix) => flip(`${prefix}.index`, 30),
      /it is not the index that was saved/,
    ],
    [
      'values cut off',
      async (prefix) => truncate(`${prefix}.data-00000-of-00001`, 99),
      /it has 99 bytes and was written with 3616/,
    ],
    ['no values', async (prefix) => unlink(`${prefix}.data-00000-of-00001`), /cannot be read \(ENOENT\)/],
    ['a torn manifest', async (prefix) => truncate(`${prefix}.json`, 50), /json: it is damaged/],
    [
      'the manifest of another step',
      async (prefix) => writeFile(`${prefix}.json`, await readFile(prefix.replace('20', '10') + '.json')),
      /manifest of step 10/,
    ],
    [
      'a manifest of a later version',
      async (prefix) => writeFile(`${prefix}.json`, '{"format": 2}'),
      /a newer version of this program wrote it \(format 2, known here: 1\)/,
    ],
  ])('%s: the one before is taken, and a warning says so', async (_, spoil, warning) => {
    await save(10)
    const { prefix } = await save(20)
    await spoil(prefix)
    const newest = await newestTrainingCheckpoint(folder)
    expect(newest?.checkpoint.step).toBe(10)
    expect(newest?.warnings).toHaveLength(1)
    expect(newest?.warnings[0]).toMatch(warning)
    expect(newest?.warnings[0]).toContain('The checkpoint of step 20 is left aside.')
    await save(20)
    expect((await newestTrainingCheckpoint(folder))?.checkpoint.step).toBe(20)
  })

  test('all damaged is an error, never a silent start from nothing', async () => {
    const { prefix } = await save(10)
    await flip(`${prefix}.data-00000-of-00001`, 0)
    await expect(newestTrainingCheckpoint(folder)).rejects.toMatchObject({
      error: {
        code: 'bad-checkpoint',
        message: expect.stringContaining('no checkpoint in it is whole') as string,
      },
    })
  })
})

describe('faults at every operation', () => {
  const keep = { keep_checkpoint_max: 1, protect: [] }

  /** Runs `change` on a folder with a checkpoint of step 10, with the fault at operation 0, 1, 2, … until it is not reached. */
  async function atEveryOperation(
    fault: Fault,
    change: () => Promise<unknown>,
    check: (error: unknown) => Promise<void>,
  ): Promise<number> {
    for (let operation = 0; ; operation++) {
      await rm(folder, { recursive: true, force: true })
      await mkdir(folder)
      await save(10)
      failAfter(operation, fault)
      const error: unknown = await change().then(
        () => null,
        (reason: unknown) => reason,
      )
      if (!endFault()) {
        expect(error).toBeNull()
        return operation
      }
      await check(error)
    }
  }

  test('F02: a kill leaves the old state or the new one, and the next save leaves nothing behind', async () => {
    const seen = new Set<number>()
    const operations = await atEveryOperation(
      { kind: 'kill' },
      () => save(20, keep),
      async () => {
        const newest = await newestTrainingCheckpoint(folder)
        const step = newest?.checkpoint.step ?? -1
        expect(newest?.warnings).toEqual([])
        expect(newest?.tensors.get('w')?.data).toEqual(tensors(step)[0]?.data)
        expect(await readFile(join(folder, 'checkpoint'), 'utf8')).toContain(
          `model_checkpoint_path: "model.ckpt-${step}"`,
        )
        seen.add(step)
        await save(30, keep)
        expect(await files()).toEqual(['checkpoint', ...filesOf(30)])
      },
    )
    expect(operations).toBeGreaterThan(15)
    expect([...seen].sort()).toEqual([10, 20])
  })

  test('F02: a kill while the only checkpoint is saved anew leaves the first or the second, whole', async () => {
    const seen = new Set<number>()
    await atEveryOperation(
      { kind: 'kill' },
      () => save(10, keep, 77),
      async () => {
        const newest = await newestTrainingCheckpoint(folder)
        const mark = Number(newest?.tensors.get('b')?.data[0])
        expect(newest?.tensors.get('w')?.data).toEqual(tensors(mark)[0]?.data)
        seen.add(mark)
      },
    )
    expect([...seen].sort()).toEqual([10, 77])
  })

  test('a kill while a record is replaced leaves the old record or the new one', async () => {
    const seen = new Set<number>()
    const update = async () => {
      const [checkpoint] = await listTrainingCheckpoints(folder)
      await updateTrainingRecord(checkpoint!, { ...record(10), train_seconds: 99 })
    }
    await atEveryOperation({ kind: 'kill' }, update, async () => {
      const newest = await newestTrainingCheckpoint(folder)
      expect(newest?.tensors.get('b')?.data[0]).toBe(10)
      seen.add(newest?.checkpoint.record.train_seconds ?? -1)
    })
    expect([...seen].sort()).toEqual([1.5, 99])
  })

  test.each([
    ['ENOSPC', 'disk-full', 'the disk is full'],
    ['EDQUOT', 'disk-full', 'your disk quota is used up'],
    ['EIO', 'write-failed', 'the disk reports an error'],
    ['EMFILE', 'write-failed', 'too many open files'],
  ])('F21, F25: %s at any operation is %s, and what was there is whole', async (code, expected, words) => {
    const told = new Set<string>()
    await atEveryOperation(
      { kind: 'error', code },
      () => save(20, keep),
      async (error) => {
        if (error === null) {
          // clean-up may fail without harm: the new state stands
          expect((await newestTrainingCheckpoint(folder))?.checkpoint.step).toBe(20)
          return
        }
        // Reading back what was written also opens files: that it could not be read is said in the reader's words.
        expect(error).toBeInstanceOf(EngineFailure)
        const failure = error instanceof EngineFailure ? error.error : null
        expect(['disk-full', 'write-failed']).toContain(failure?.code)
        if (failure?.code === expected && failure.message.includes(words)) told.add(failure.code)
        expect(failure?.message).toContain(folder)
        const newest = await newestTrainingCheckpoint(folder)
        expect(newest?.warnings).toEqual([])
        expect([10, 20]).toContain(newest?.checkpoint.step)
        const leftovers = (await files()).filter((name) => name.startsWith('.tmp-'))
        expect(leftovers).toEqual([])
      },
    )
    expect([...told]).toEqual([expected])
  })
})

test('a journal that would remove other files is not obeyed', async () => {
  await save(10)
  const other = join(folder, 'thesis.txt')
  await writeFile(other, 'years of work')
  const journal = {
    program: 'albert-workbench',
    pid: 1,
    committed: true,
    renames: [],
    removals: ['thesis.txt', '../x'],
  }
  await writeFile(join(folder, '.checkpoint-journal.json'), JSON.stringify(journal))
  expect((await newestTrainingCheckpoint(folder))?.checkpoint.step).toBe(10)
  expect(await readFile(other, 'utf8')).toBe('years of work')
})

async function flip(file: string, at: number): Promise<void> {
  const bytes = await readFile(file)
  bytes[at]! ^= 1
  await writeFile(file, bytes)
}
