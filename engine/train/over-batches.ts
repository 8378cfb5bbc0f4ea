// The batches of a split in, a visit of each out, with what there is to tell on the way.
import type { EvaluationBatch } from '../data/evaluation-plan.ts'
import type { Compiler } from '../jit/jit.ts'
import type { RunEvent, RunPhase } from '../spec/run.ts'
import { breathe } from './cancelled.ts'
import { compiled } from './compiling.ts'
import { noNumbersSentence } from './not-finite.ts'
import { logged, progressOf } from './progress.ts'

export type Stretch = {
  phase: Extract<RunPhase, 'evaluating' | 'predicting'>
  detail: string
  batches: readonly EvaluationBatch[]
}

/**
 * @param compile what is told to come and was not called before is compiled first
 * @param visit what it finds hangs on no other batch, so the order is free; it tells how many answers are NaN. @throws Cancelled
 */
export async function* overBatches(
  { phase, detail, batches }: Stretch,
  compile: Compiler['compile'],
  signal: AbortSignal,
  visit: (batch: EvaluationBatch) => number,
): AsyncGenerator<RunEvent, void> {
  yield* compiled(compile, signal)
  const progress = progressOf(
    phase,
    detail,
    batches.reduce((sum, { indexes }) => sum + indexes.length, 0),
  )
  yield progress.start()
  let done = 0
  let no_numbers = 0
  for (const batch of batches) {
    no_numbers += visit(batch)
    done += batch.indexes.length
    yield* progress.at(done)
    await breathe(signal)
  }
  if (no_numbers > 0) yield logged('warning', noNumbersSentence(no_numbers, done))
}

export function oneOfEachShape(batches: readonly EvaluationBatch[]): EvaluationBatch[] {
  return [...new Map(batches.map((batch) => [shapeOf(batch), batch])).values()]
}

export function shapeOf({ layout, answers }: EvaluationBatch): string {
  return `${layout.rows} × ${layout.row_length}, ${answers}`
}
