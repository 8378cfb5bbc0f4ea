// The process that measures one piece of the host's work: Work in the last argument, Measured out, as `npm run bench` asks.
import { Work, type Measured } from '../../engine/bench/work.ts'
import { measureTable } from './datasets/import-table.bench.ts'
import { measureTimeEstimate } from './jobs/time-estimate.bench.ts'
import { measureImport, measureReading } from './models/import-model.bench.ts'

const MEASURES: Partial<Record<Work['what'], (work: Work) => Promise<Measured>>> = {
  'import-table': measureTable,
  'read-checkpoint': measureReading,
  'import-model': measureImport,
  'time-estimate': measureTimeEstimate,
}

async function main(): Promise<void> {
  const work = Work.parse(JSON.parse(process.argv.at(-1) ?? ''))
  const measure = MEASURES[work.what]
  if (measure === undefined) throw new Error(`The host does not measure ${work.what}.`)
  process.stdout.write(`${JSON.stringify(await measure(work))}\n`)
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  },
)
