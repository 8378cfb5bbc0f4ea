// A generated checkpoint of xxlarge's size in; how fast its values are read and checked, or its archive becomes a model, and in how
// much memory, out. It writes some 3 GB below the folder that it is given.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { peakMemory } from '../../../engine/bench/ours/process-figures.ts'
import type { Measured, Work } from '../../../engine/bench/work.ts'
import {
  openBundle,
  readTensors,
  verifyBundle,
  type Bundle,
} from '../../../engine/checkpoint/bundle-reader.ts'
import { writeBundle } from '../../../engine/checkpoint/bundle-writer.ts'
import type { NamedTensor } from '../../../engine/checkpoint/named-tensor.ts'
import { backboneParams } from '../../../engine/model/params.ts'
import { pretrainingHead } from '../../../engine/model/pretraining-head.ts'
import { AlbertConfig } from '../../../engine/spec/albert-config.ts'
import { askEngine } from '../engine/ask-engine.ts'
import { forkNode } from '../engine/fork-node.ts'
import { BENCH_ENGINE } from '../jobs/time-estimate.bench.ts'
import { importModel, type ImportParts } from './import-model.ts'

const checkout = process.cwd()
const config = AlbertConfig.parse({ vocab_size: 30000 }) // the defaults are xxlarge's

/** Uniform noise of a usual size: weights hardly shrink under gzip, and neither does this. */
function* tensors(): Generator<NamedTensor> {
  let state = 12345
  for (const { name, shape } of [...backboneParams(config), ...pretrainingHead.params(config)]) {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
    for (let at = 0; at < data.length; at++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      data[at] = (state / 2 ** 32 - 0.5) * 0.07
    }
    yield { name, dtype: 'float32', shape, data }
  }
}

async function secondsOf(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

/** The most memory that a process has had resident, in bytes, by what Linux counts. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/** GB/s of each reading of all values into their arrays, checksums on, beside a plain reading of the same file. */
export async function measureReading({ folder, steps }: Work): Promise<Measured> {
  const own = mkdtempSync(path.join(folder, 'read-'))
  try {
    const prefix = await writeModel(own)
    const bundle = await openBundle(prefix)
    const gigabytes = sizeOf(bundle) / 1e9
    const plainly = (): Promise<number> => secondsOf(() => readThrough(`${prefix}.data-00000-of-00001`))
    await plainly() // so that the file is in memory
    const values: number[] = []
    const plain: number[] = []
    const kept_none: number[] = []
    for (let step = 0; step < steps; step++) {
      plain.push(gigabytes / (await plainly()))
      values.push(gigabytes / (await secondsOf(() => readTensors(bundle, [...bundle.variables.keys()]))))
      kept_none.push(gigabytes / (await secondsOf(() => verifyBundle(bundle))))
    }
    const best = (rates: readonly number[]): number => Math.max(...rates)
    const note = `a plain reading ${best(plain).toFixed(2)} GB/s, ratio ${(best(values) / best(plain)).toFixed(2)}; checked and not kept ${best(kept_none).toFixed(2)} GB/s`
    return { values, peak_memory_bytes: peakMemory(), note }
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}

/** How many times as long as `tar xzf` it takes to unpack and check an archive; what the probe takes then is noted. */
export async function measureImport({ folder }: Work): Promise<Measured> {
  const own = mkdtempSync(path.join(folder, 'import-'))
  try {
    const model = path.dirname(await writeModel(own))
    const bytes = sizeOf(await openBundle(path.join(model, 'model.ckpt-best')))
    const archive = path.join(own, 'albert_xxlarge.tar.gz')
    execFileSync('tar', ['-c', '-I', 'gzip -1', '-f', archive, '-C', own, path.basename(model)])
    rmSync(model, { recursive: true })
    const unpacked = path.join(own, 'unpacked')
    mkdirSync(unpacked)
    const tar = await secondsOf(() => execFileSync('tar', ['xzf', archive, '-C', unpacked]))
    rmSync(unpacked, { recursive: true })
    const { seconds, peak_memory_bytes, phases } = await importOnce(own, archive)
    const beyond = (peak_memory_bytes - bytes) / 1e6
    const note = `${seconds.toFixed(1)} s (${phases.join(', ')}) beside ${tar.toFixed(1)} s; the engine's peak is ${beyond.toFixed(0)} MB beyond the ${(bytes / 1e6).toFixed(0)} MB of tensors`
    return { values: [seconds / tar], peak_memory_bytes, note }
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}

/** @returns the prefix of the checkpoint */
async function writeModel(folder: string): Promise<string> {
  const model = path.join(folder, 'albert_xxlarge')
  mkdirSync(model)
  await writeBundle(path.join(model, 'model.ckpt-best'), tensors())
  writeFileSync(path.join(model, 'albert_config.json'), JSON.stringify(config))
  const vocabulary = path.join(checkout, 'assets/generated/30k-clean.model')
  writeFileSync(path.join(model, '30k-clean.model'), readFileSync(vocabulary))
  return path.join(model, 'model.ckpt-best')
}

function sizeOf({ variables }: Bundle): number {
  return [...variables.values()].reduce((sum, { bytes }) => sum + bytes, 0)
}

async function importOnce(folder: string, archive: string) {
  const store = path.join(folder, 'models')
  mkdirSync(store)
  let pid = 0
  let peak = 0
  const fork = forkNode(path.join(checkout, BENCH_ENGINE))
  const watched: typeof fork = (env) => {
    const engine = fork(env)
    pid = engine.pid ?? 0
    return engine
  }
  const watch = setInterval(() => (peak = Math.max(peak, peakOf(pid))), 20)
  const phases: string[] = []
  let phase = ''
  let since = performance.now()
  let checked = 0
  const started = since
  const turnTo = (next: string): void => {
    if (next === phase) return
    const seconds = (performance.now() - since) / 1000
    peak = Math.max(peak, peakOf(pid))
    if (phase !== '')
      phases.push(`${phase} ${seconds.toFixed(1)} s to a peak of ${Math.round(peak / 1e6)} MB`)
    if (next === 'probing') checked = performance.now()
    phase = next
    since = performance.now()
  }
  const parts: ImportParts = {
    folder: store,
    takeIn: async (request, options) =>
      (await askEngine(watched, {}, { ask: 'import-model', ...request }, options)).report,
  }
  await importModel(archive, parts, { onProgress: (progress) => turnTo(progress.phase) })
  turnTo('')
  clearInterval(watch)
  return { seconds: (checked - started) / 1000, peak_memory_bytes: peak, phases }
}

async function readThrough(file: string): Promise<void> {
  const stream = createReadStream(file, { highWaterMark: 1 << 20 }).resume()
  await once(stream, 'end')
}
