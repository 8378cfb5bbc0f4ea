// The process that measures one piece of work of ours, through the engine's door where it has one: Work in the last argument, Measured out.
import { measureCheckpoint } from './ours/checkpoint.ts'
import { measureEstimate } from './ours/estimate.ts'
import { measureFirstStep, measureMemory, measureTraining } from './ours/training.ts'
import { measureInference, measureLearning, measureRun } from './ours/runs.ts'
import { measureIds, measureLines, measurePreparation } from './ours/tokenizer.ts'
import { Work, type Measured } from './work.ts'

const MEASURES: Partial<Record<Work['what'], (work: Work) => Promise<Measured>>> = {
  train: measureTraining,
  squad: measureTraining,
  'first-step': measureFirstStep,
  memory: measureMemory,
  estimate: measureEstimate,
  inference: measureInference,
  sentences: measureInference,
  ids: measureIds,
  features: measurePreparation,
  lines: measureLines,
  checkpoint: measureCheckpoint,
  run: measureRun,
  learning: measureLearning,
}

async function main(): Promise<void> {
  const work = Work.parse(JSON.parse(process.argv.at(-1) ?? ''))
  const measure = MEASURES[work.what]
  if (measure === undefined) throw new Error(`The engine does not measure ${work.what}.`)
  process.stdout.write(`${JSON.stringify(await measure(work))}\n`)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 1
})
