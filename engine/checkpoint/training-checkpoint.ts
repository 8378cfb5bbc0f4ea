// The state of a run in, a checkpoint that it can go on from out; and back, from the newest one that is whole.
import { readFile, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { EngineFailure } from '../spec/errors.ts'
import { say } from '../spec/sentences.ts'
import { badCheckpoint } from './bad-checkpoint.ts'
import { openBundle, readTensors, verifyBundle } from './bundle-reader.ts'
import { bundleFiles, stageBundle } from './bundle-writer.ts'
import { crc32c } from './crc32c.ts'
import { codeOf, freeBytes, stageFile } from './durable-file.ts'
import type { NamedTensor } from './named-tensor.ts'
import { changeTogether, finishInterruptedChange } from './save-journal.ts'
import { TrainingRecord } from './training-record.ts'

const FORMAT = 1

/** `model.ckpt-<step>.json`: the mark of a whole checkpoint. It holds the index's checksum, and the index each tensor's. */
const Manifest = z.object({
  program: z.literal('albert-workbench'),
  format: z.literal(FORMAT),
  record: TrainingRecord,
  index: z.object({ bytes: z.int(), crc32c: z.int() }),
  data: z.object({ bytes: z.int() }),
})
type Manifest = z.infer<typeof Manifest>

/** A checkpoint whose manifest is readable and whose files have the sizes it tells. */
export type TrainingCheckpoint = { step: number; prefix: string; record: TrainingRecord }

export type TrainingState = {
  /** Variables by the original's names, and their moments as `<name>/adam_m` and `<name>/adam_v`; `global_step` is added. */
  tensors: Iterable<NamedTensor>
  record: TrainingRecord
}

export type Keep = {
  /** How many of the newest checkpoints stay; 0 keeps all. */
  keep_checkpoint_max: number
  /** Steps that stay in any case, such as the best one. */
  protect: readonly number[]
}

/**
 * Writes `model.ckpt-<step>` into the run's folder, which must exist, reads it back, names it in the text file
 * `checkpoint`, and removes what is older than the newest `keep_checkpoint_max`. A kill at any moment leaves the old state
 * or the new one. Tensors must not change until this is done.
 * @throws EngineFailure 'disk-full' or 'write-failed'; the folder then holds what it held before
 */
export async function saveTrainingCheckpoint(
  output_dir: string,
  { tensors, record }: TrainingState,
  { keep_checkpoint_max, protect }: Keep,
): Promise<TrainingCheckpoint> {
  const checked = TrainingRecord.parse(record)
  const { step } = checked
  const all = [...tensors, globalStep(step)]
  await checkRoom(output_dir, all)
  const before = await listTrainingCheckpoints(output_dir)
  const steps = [...before.map((checkpoint) => checkpoint.step).filter((other) => other !== step), step].sort(
    (a, b) => a - b,
  )
  const newest = keep_checkpoint_max === 0 ? steps : steps.slice(-keep_checkpoint_max)
  const kept = new Set([...newest, ...protect, step])
  const removals = steps.filter((other) => !kept.has(other)).flatMap(filesOf)
  const name = nameOf(step)
  const prefix = join(output_dir, name)
  const staged = (temporaryOf: (final: string) => string) => async (final: string, text: string) => {
    await stageFile(join(output_dir, temporaryOf(final)), join(output_dir, final), [
      Buffer.from(text, 'utf8'),
    ])
  }
  await changeTogether(output_dir, {
    finals: [...filesOf(step), 'checkpoint'],
    removals,
    stage: async (temporaryOf) => {
      const temporaryPrefix = join(output_dir, temporaryOf(name))
      const write = staged(temporaryOf)
      const manifest = await stageVerified(prefix, temporaryPrefix, all, checked)
      await write(`${name}.json`, JSON.stringify(manifest, null, 2) + '\n')
      await write(
        'checkpoint',
        pointerText(
          step,
          steps.filter((other) => kept.has(other)),
        ),
      )
    },
  })
  return { step, prefix, record: checked }
}

/** Whole checkpoints of this program in a folder, by ascending step. Reads manifests only, and changes nothing. */
export async function listTrainingCheckpoints(output_dir: string): Promise<TrainingCheckpoint[]> {
  const found = await Promise.all(
    (await stepsIn(output_dir)).map((step) => readManifest(join(output_dir, nameOf(step)), step)),
  )
  return found.flatMap((result) => ('checkpoint' in result ? [result.checkpoint] : []))
}

/**
 * The newest checkpoint whose every value matches its checksum, with its tensors; null where a run has saved none yet.
 * Damaged ones are stepped over, each with a sentence in `warnings`. First brings an interrupted save to its end, so only
 * the process that owns the folder may call this.
 * @throws EngineFailure 'bad-checkpoint' when there are checkpoints and all are damaged: a run never silently starts anew
 */
export async function newestTrainingCheckpoint(output_dir: string): Promise<{
  checkpoint: TrainingCheckpoint
  tensors: Map<string, NamedTensor>
  warnings: string[]
} | null> {
  await finishInterruptedChange(output_dir)
  const warnings: string[] = []
  for (const step of (await stepsIn(output_dir)).reverse()) {
    const prefix = join(output_dir, nameOf(step))
    const result = await readManifest(prefix, step)
    if ('problem' in result) {
      warnings.push(`${result.problem} The checkpoint of step ${step} is left aside.`)
      continue
    }
    try {
      const tensors = await readTrainingTensors(result.checkpoint, result.manifest)
      return { checkpoint: result.checkpoint, tensors, warnings }
    } catch (error) {
      if (!(error instanceof EngineFailure) || error.error.code !== 'bad-checkpoint') throw error
      warnings.push(`${error.message} The checkpoint of step ${step} is left aside.`)
    }
  }
  if (warnings.length === 0) return null
  throw badCheckpoint(
    output_dir,
    `no checkpoint in it is whole, so the run cannot go on; start it anew in an empty folder. ${warnings.join(' ')}`,
  )
}

/** Replaces the record of a checkpoint, as when an evaluation made it the best one; its tensors stay. @throws EngineFailure */
export async function updateTrainingRecord(
  checkpoint: TrainingCheckpoint,
  record: TrainingRecord,
): Promise<TrainingCheckpoint> {
  const { prefix, step } = checkpoint
  const checked = TrainingRecord.parse(record)
  if (checked.step !== step)
    throw new Error(`The record of step ${checked.step} is not the one of checkpoint ${step}.`)
  const result = await readManifest(prefix, step)
  if ('problem' in result) throw badCheckpoint(`${prefix}.json`, result.problem)
  const final = `${basename(prefix)}.json`
  const text = JSON.stringify({ ...result.manifest, record: checked } satisfies Manifest, null, 2) + '\n'
  await changeTogether(dirname(prefix), {
    finals: [final],
    removals: [],
    stage: async (temporaryOf) => {
      await stageFile(join(dirname(prefix), temporaryOf(final)), `${prefix}.json`, [
        Buffer.from(text, 'utf8'),
      ])
    },
  })
  return { step, prefix, record: checked }
}

function nameOf(step: number): string {
  return `model.ckpt-${step}`
}

/** In the order in which they go: without its manifest a checkpoint is none any more. */
function filesOf(step: number): string[] {
  const name = nameOf(step)
  return [`${name}.json`, `${name}.index`, `${name}.data-00000-of-00001`]
}

function globalStep(step: number): NamedTensor {
  return { name: 'global_step', dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(step)) }
}

/** Better no start than a stop at 99 %: the files are nearly as large as the values. */
async function checkRoom(output_dir: string, tensors: readonly NamedTensor[]): Promise<void> {
  const needed = tensors.reduce((sum, { data }) => sum + data.byteLength, 0)
  const free = await freeBytes(output_dir).catch(() => null) // a folder that is not there is said by the write itself
  if (free === null || free >= needed) return
  const said = say('run-no-room', { folder: output_dir, needed_bytes: needed, free_bytes: free })
  throw new EngineFailure({ code: 'disk-full', file: output_dir, ...said })
}

/** Writes the bundle under its temporary prefix, reads it back whole, and gives the manifest that vouches for it. */
async function stageVerified(
  prefix: string,
  temporaryPrefix: string,
  tensors: readonly NamedTensor[],
  record: TrainingRecord,
): Promise<Manifest> {
  const { data, index } = await stageBundle(prefix, tensors, temporaryPrefix)
  try {
    await verifyBundle(await openBundle(temporaryPrefix))
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error
    const said = say('run-read-back', { file: prefix, reason: error.message })
    throw new EngineFailure({ code: 'write-failed', file: prefix, ...said }, { cause: error })
  }
  return {
    program: 'albert-workbench',
    format: FORMAT,
    record,
    index: { bytes: index.bytes, crc32c: crc32c(await readFile(index.temporary)) },
    data: { bytes: data.bytes },
  }
}

/** The text file by which TensorFlow finds the latest checkpoint of a folder. */
function pointerText(latest: number, all: readonly number[]): string {
  const lines = all.map((step) => `all_model_checkpoint_paths: "${nameOf(step)}"\n`)
  return `model_checkpoint_path: "${nameOf(latest)}"\n${lines.join('')}`
}

/** Steps that have a manifest, ascending. */
async function stepsIn(output_dir: string): Promise<number[]> {
  const names = await readdir(output_dir).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []
    throw badCheckpoint(output_dir, `it cannot be read (${codeOf(error)}).`, { cause: error })
  })
  return names
    .flatMap((name) => /^model\.ckpt-([0-9]{1,15})\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .filter((step, i, all) => all.indexOf(step) === i)
    .sort((a, b) => a - b)
}

type ManifestResult = { checkpoint: TrainingCheckpoint; manifest: Manifest } | { problem: string }

async function readManifest(prefix: string, step: number): Promise<ManifestResult> {
  const file = `${prefix}.json`
  try {
    const json: unknown = JSON.parse(await readFile(file, 'utf8'))
    const format = z.object({ format: z.int() }).safeParse(json)
    if (format.success && format.data.format > FORMAT) {
      return {
        problem: `${file}: a newer version of this program wrote it (format ${format.data.format}, known here: ${FORMAT}).`,
      }
    }
    const manifest = Manifest.parse(json)
    if (manifest.record.step !== step)
      return { problem: `${file}: it is the manifest of step ${manifest.record.step}.` }
    const files = bundleFiles(prefix)
    for (const [part, { bytes }] of [
      [files.index, manifest.index],
      [files.data, manifest.data],
    ] as const) {
      const { size } = await stat(part)
      if (size !== bytes) return { problem: `${part}: it has ${size} bytes and was written with ${bytes}.` }
    }
    return { checkpoint: { step, prefix, record: manifest.record }, manifest }
  } catch (error) {
    if (codeOf(error) !== '')
      return { problem: `${file}: it, or a file it vouches for, cannot be read (${codeOf(error)}).` }
    return { problem: `${file}: it is damaged.` }
  }
}

async function readTrainingTensors(
  { prefix, step }: TrainingCheckpoint,
  { index }: Manifest,
): Promise<Map<string, NamedTensor>> {
  const indexFile = bundleFiles(prefix).index
  if (crc32c(await readFile(indexFile)) !== index.crc32c)
    throw badCheckpoint(indexFile, 'it is not the index that was saved.')
  const bundle = await openBundle(prefix)
  const tensors = await readTensors(bundle, [...bundle.variables.keys()])
  if (tensors.get('global_step')?.data[0] !== BigInt(step))
    throw badCheckpoint(indexFile, `it is not of step ${step}.`)
  return tensors
}
