// A generated checkpoint of xxlarge's size in, how long its archive takes to become a model, and how much memory, out:
// `npx esbuild main/host/models/import-model.bench.ts --bundle --platform=node --format=cjs --external:@tensorflow/* | node - `
// Not part of the tests: it writes some 3 GB below the system's temporary folder, and takes a minute or two.
import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { openBundle, verifyBundle } from '../../../engine/checkpoint/bundle-reader.ts'
import { writeBundle } from '../../../engine/checkpoint/bundle-writer.ts'
import type { NamedTensor } from '../../../engine/checkpoint/named-tensor.ts'
import { backboneParams } from '../../../engine/model/params.ts'
import { pretrainingHead } from '../../../engine/model/pretraining-head.ts'
import { AlbertConfig } from '../../../engine/spec/albert-config.ts'
import { askEngine } from '../engine/ask-engine.ts'
import { forkNode } from '../engine/fork-node.ts'
import { importModel } from './import-model.ts'

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

async function timed<T>(what: string, work: () => Promise<T> | T): Promise<{ seconds: number; value: T }> {
  const start = performance.now()
  const value = await work()
  const seconds = (performance.now() - start) / 1000
  process.stdout.write(`${what}: ${seconds.toFixed(2)} s\n`)
  return { seconds, value }
}

/** The most memory that a process has had resident, in MB, by what Linux counts. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'import-bench-'))
  try {
    const model = path.join(folder, 'albert_xxlarge')
    mkdirSync(model)
    await timed('generate', () => writeBundle(path.join(model, 'model.ckpt-best'), tensors()))
    writeFileSync(path.join(model, 'albert_config.json'), JSON.stringify(config))
    const vocabulary = path.join(checkout, 'assets/generated/30k-clean.model')
    writeFileSync(path.join(model, '30k-clean.model'), readFileSync(vocabulary))
    const archive = path.join(folder, 'albert_xxlarge.tar.gz')
    await timed(
      'tar czf',
      () => void execFileSync('tar', ['-c', '-I', 'gzip -1', '-f', archive, '-C', folder, 'albert_xxlarge']),
    )
    const data = path.join(model, 'model.ckpt-best.data-00000-of-00001')
    const bundle = await openBundle(path.join(model, 'model.ckpt-best'))
    const bytes = [...bundle.variables.values()].reduce((sum, variable) => sum + variable.bytes, 0)
    await timed('warm', () => readThrough(data))
    const plain = await timed('plain read', () => readThrough(data))
    const checked = await timed('read with crc', () => verifyBundle(bundle))
    process.stdout.write(
      `with crc ${(bytes / 1e9 / checked.seconds).toFixed(2)} GB/s, plain ${(bytes / 1e9 / plain.seconds).toFixed(2)} GB/s, ratio ${(checked.seconds / plain.seconds).toFixed(2)}\n`,
    )
    rmSync(model, { recursive: true })
    const unpacked = path.join(folder, 'unpacked')
    mkdirSync(unpacked)
    const tar = await timed('tar xzf', () => void execFileSync('tar', ['xzf', archive, '-C', unpacked]))
    rmSync(unpacked, { recursive: true })
    await importOnce(folder, archive, bytes, tar.seconds)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function importOnce(
  folder: string,
  archive: string,
  bytes: number,
  tar_seconds: number,
): Promise<void> {
  const child = path.join(checkout, `node_modules/.cache/engine-test/bench-${process.pid}.cjs`)
  await build({
    entryPoints: [path.join(checkout, 'main/host/engine/child.ts')],
    outfile: child,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node16',
    external: ['@tensorflow/*'],
    logLevel: 'error',
    logOverride: { 'empty-import-meta': 'silent' }, // read only where there is no __filename
  })
  const store = path.join(folder, 'models')
  mkdirSync(store)
  let pid = 0
  let peak = 0
  const fork = forkNode(child)
  const watched: typeof fork = (env) => {
    const engine = fork(env)
    pid = engine.pid ?? 0
    return engine
  }
  const watch = setInterval(() => (peak = Math.max(peak, peakOf(pid))), 20)
  let phase = ''
  let since = performance.now()
  const done = await timed('import', () =>
    importModel(
      archive,
      {
        folder: store,
        takeIn: async (request, options) =>
          (await askEngine(watched, {}, { ask: 'import-model', ...request }, options)).report,
      },
      {
        onProgress: (progress) => {
          if (progress.phase === phase) return
          process.stdout.write(`  ${phase} ${((performance.now() - since) / 1000).toFixed(2)} s\n`)
          phase = progress.phase
          since = performance.now()
        },
      },
    ),
  )
  clearInterval(watch)
  rmSync(child, { force: true })
  const megabytes = bytes / 2 ** 20
  process.stdout.write(
    [
      `import takes ${(done.seconds / tar_seconds).toFixed(2)} × tar xzf`,
      `the engine's peak is ${peak.toFixed(0)} MB, ${(peak - megabytes).toFixed(0)} MB beyond the ${megabytes.toFixed(0)} MB of tensors`,
      JSON.stringify(done.value.report.probes[0]),
      '',
    ].join('\n'),
  )
}

async function readThrough(file: string): Promise<void> {
  const stream = createReadStream(file, { highWaterMark: 1 << 20 }).resume()
  await once(stream, 'end')
}

void main()
