// The command `npm run bench`: names in, one result for each out, as a table or a line of JSON; nothing else on standard output.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { BENCHMARKS, type Benchmark } from './benchmarks.ts'
import { compare, type Options } from './compare.ts'
import { record } from './history.ts'
import { describeMachine } from './machine.ts'
import { fillScratch } from './scratch.ts'
import { tableOf } from './table.ts'

const USAGE = `npm run bench -- [--only=NAME,…] [--peer] [--json] [--runs=N] [--quick] [--jit=off] [--record]
  --only    names or groups; without it all but the groups learning, files and long: ${BENCHMARKS.map(({ name }) => name).join(', ')}
  --peer    measures the peers beside ours, in turn; set them up once with --set-up-peer
  --json    one line of JSON for each benchmark
  --runs    processes of each side (2; the real run 1, learning 3, a seed each)
  --quick   one process of each side, three timed pieces, a tenth of the real run’s epoch and the rest reckoned from it
  --jit     of ours: on, or off for the eager path
  --record  adds the results to engine/bench/history.jsonl, from which the table in engine/PERFORMANCE.md is made
`

/** What reads no weights. */
const WITHOUT_MODEL = [
  'train',
  'squad',
  'learning',
  'import-table',
  'read-checkpoint',
  'import-model',
  'time-estimate',
]

/** Groups that take minutes or gigabytes, and are measured where they are named. */
const ASKED_FOR: readonly Benchmark['group'][] = ['learning', 'files', 'long']

class BadOption extends Error {}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options === null) {
    process.stdout.write(USAGE)
    return 0
  }
  const checkout = process.cwd()
  const folder = await mkdtemp(path.join(tmpdir(), 'albert-bench-'))
  const results = []
  let failures = 0
  try {
    say('Writing the texts and models that both sides read …')
    const wants_model = options.chosen.some(({ work }) => !WITHOUT_MODEL.includes(work.what))
    await fillScratch(folder, checkout, { wants_model })
    const machine = await describeMachine(checkout)
    for (const benchmark of options.chosen) {
      try {
        const result = { ...(await compare(benchmark, folder, options)), machine }
        results.push(result)
        if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`)
        if (options.record) await record(checkout, process.argv.slice(2), result) // the next one may take an hour
      } catch (error) {
        failures += 1
        say(`${benchmark.name}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
    if (!options.json) process.stdout.write(tableOf(results))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return failures === 0 ? 0 : 1
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}

function readOptions(args: string[]) {
  const boolean = { type: 'boolean', default: false } as const
  const { values } = parse(() =>
    parseArgs({
      args,
      options: {
        only: { type: 'string' },
        peer: boolean,
        json: boolean,
        record: boolean,
        help: boolean,
        runs: { type: 'string' },
        quick: boolean,
        jit: { type: 'string', default: 'on' },
      },
    }),
  )
  if (values.help) return null
  const runs = values.runs === undefined ? null : Number(values.runs)
  if (runs !== null && !(Number.isInteger(runs) && runs >= 1))
    throw new BadOption(`--runs is "${values.runs ?? ''}"; give a number from 1 on.`)
  if (values.jit !== 'on' && values.jit !== 'off')
    throw new BadOption(`--jit is "${values.jit}"; it is on or off.`)
  const python = process.env['ALBERT_PEER_PYTHON'] ?? 'python3'
  const programs: Options['programs'] = {
    engine: [process.execPath, path.join(process.cwd(), 'node_modules/.cache/bench/measure.cjs')],
    host: [process.execPath, path.join(process.cwd(), 'node_modules/.cache/bench/host-measure.cjs')],
    python: [python, path.join(process.cwd(), 'engine/bench/peer/measure.py')],
  }
  const quick = { share: 0.1, usual_runs: 1, pieces: { steps: 3, seconds: 40 } }
  const extent = values.quick ? quick : { share: 1, usual_runs: 2, pieces: null }
  return {
    ...values,
    ...extent,
    runs,
    chosen: choose(values.only),
    programs,
    say,
  }
}

function parse<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new BadOption(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
  }
}

function choose(only: string | undefined): readonly Benchmark[] {
  if (only === undefined) return BENCHMARKS.filter(({ group }) => !ASKED_FOR.includes(group))
  const words = only.split(',').filter((word) => word !== '')
  const unknown = words.find((word) => !BENCHMARKS.some(({ name, group }) => word === name || word === group))
  if (unknown !== undefined) {
    const names = BENCHMARKS.map(({ name }) => name).join(', ')
    throw new BadOption(`There is no benchmark "${unknown}"; there are ${names}.`)
  }
  return BENCHMARKS.filter(({ name, group }) => words.includes(name) || words.includes(group))
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    const said =
      error instanceof BadOption ? error.message : error instanceof Error ? error.stack : String(error)
    process.stderr.write(`${said ?? ''}\n`)
    process.exitCode = error instanceof BadOption ? 2 : 1
  },
)
