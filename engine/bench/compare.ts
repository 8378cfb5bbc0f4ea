// A benchmark in, its figures out: ours and the peers' in processes of their own, in turn, so that the machine's moods meet all alike.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { processSettings } from '../spec/process-settings.ts'
import { Runtime } from '../spec/runtime.ts'
import type { Benchmark, Side } from './benchmarks.ts'
import { LEARNING } from './learning.ts'
import { Measured, Work } from './work.ts'

export type Run = {
  side: 'ours' | 'peer'
  way: string
  /** Null where nothing is multiplied. */
  precision: Work['precision'] | null
  /** The best of the timed pieces. */
  value: number
  median: number
  pieces: number
  peak_memory_bytes: number
  cpu_seconds: number | null
  note: string | null
}

export type Comparison = {
  name: string
  ours: number
  /** The best of the peers; null where none was asked for or there is none. */
  peer: number | null
  /** How many times as good ours is: above 1, ours is the better one. */
  ratio: number | null
  unit: string
  runs: Run[]
}

export type Options = {
  peer: boolean
  /** Processes of each side; null leaves it to the benchmark, and to `usual_runs` where that says nothing. */
  runs: number | null
  usual_runs: number
  share: number
  /** Timed pieces and the seconds they may take; null leaves both to the benchmark. */
  pieces: Pick<Work, 'steps' | 'seconds'> | null
  /** Whether our steps are compiled: `on` or `off`. */
  jit: string
  /** What is started to measure; the work is added as the last argument. */
  programs: Record<Side['runner'], readonly [string, ...string[]]>
  /** Told what is being measured. */
  say: (sentence: string) => void
}

/** @throws when a process fails, with what it said */
export async function compare(benchmark: Benchmark, folder: string, options: Options): Promise<Comparison> {
  const { name, unit, peers, ours } = benchmark
  const sides = [
    { side: 'ours' as const, ...ours, way: options.jit },
    // The standing baseline needs no other program, so it is always there.
    ...peers
      .filter(({ runner }) => options.peer || runner !== 'python')
      .map((peer) => ({ side: 'peer' as const, ...peer })),
  ]
  const rounds = options.runs ?? benchmark.runs ?? options.usual_runs
  const pieces = benchmark.work.what === 'memory' ? null : options.pieces
  const runs: Run[] = []
  const digests = new Map<string, string>()
  for (let round = 0; round < rounds; round++) {
    for (const { side, runner, way, precision } of sides) {
      options.say(`${name}: ${side}, ${way}, ${round + 1} of ${rounds} …`)
      const work = Work.parse({
        seed: round + 1,
        share: options.share,
        ...benchmark.work,
        ...pieces,
        way,
        folder,
      })
      if (precision !== undefined) work.precision = precision
      const measured = await measure(runner, options, work)
      if (measured.digest !== null) digests.set(measured.digest, `${side}, ${way}`)
      if (digests.size > 1)
        throw new Error(`${name}: ${[...digests.values()].join(' and ')} made different things.`)
      const multiplied = benchmark.group === 'text' || benchmark.group === 'files' ? null : work.precision
      runs.push({ side, way, precision: multiplied, ...summary(measured, benchmark.more_is_better) })
    }
  }
  const best = (side: Run['side']): number | null =>
    figureOf(
      benchmark,
      runs.filter((run) => run.side === side),
    )
  const our = best('ours')!
  const peer = best('peer')
  const ratio = peer === null ? null : benchmark.more_is_better ? our / peer : peer / our
  return { name, ours: our, peer, ratio, unit, runs }
}

/** The best run of all; for what is learned, the mean over the seeds. */
function figureOf({ group, more_is_better }: Benchmark, runs: readonly Run[]): number | null {
  if (runs.length === 0) return null
  const values = runs.map(({ value }) => value)
  if (group === 'learning') return values.reduce((sum, value) => sum + value, 0) / values.length
  return more_is_better ? Math.max(...values) : Math.min(...values)
}

function summary({ values, digest: _, ...rest }: ReturnType<typeof Measured.parse>, more_is_better: boolean) {
  const sorted = [...values].sort((a, b) => a - b)
  const value = more_is_better ? sorted.at(-1)! : sorted[0]!
  return { value, median: sorted[Math.floor(sorted.length / 2)]!, pieces: values.length, ...rest }
}

async function measure(runner: Side['runner'], { programs }: Options, work: Work) {
  const [program, ...args] = programs[runner]
  const settings = runner !== 'python' ? processSettings(Runtime.parse({}), process.env) : {}
  const json = JSON.stringify({ ...work, learning: LEARNING[work.data] })
  return Measured.parse(JSON.parse(await lastLineOf(program, [...args, json], settings)))
}

/** @throws with the end of what the process said on standard error, when it fails */
function lastLineOf(program: string, args: string[], settings: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      ...settings, // as the host gives them to a run's process
      HF_HUB_OFFLINE: '1',
      TRANSFORMERS_VERBOSITY: 'error',
      TOKENIZERS_PARALLELISM: 'true',
      PYTHONDONTWRITEBYTECODE: '1', // nothing is left beside the scripts
    }
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4000)))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const line = stdout.trimEnd().split('\n').at(-1) ?? ''
      if (code === 0 && line !== '') resolve(line)
      else
        reject(
          new Error(`${path.basename(args[0] ?? '')} ended with ${signal ?? code ?? 'nothing'}.\n${stderr}`),
        )
    })
  })
}
