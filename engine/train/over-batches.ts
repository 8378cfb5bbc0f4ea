// The batches of a split in, a visit of each out, with what there is to tell on the way.
import type { EvaluationBatch } from '../data/evaluation-plan.ts'
import type { RunEvent, RunPhase } from '../spec/run.ts'
import { breathe } from './cancelled.ts'
import { progressOf } from './progress.ts'

export type Stretch = {
  phase: Extract<RunPhase, 'evaluating' | 'predicting'>
  detail: string
  batches: readonly EvaluationBatch[]
}

/** @param visit what it finds hangs on no other batch, so the order is free. @throws Cancelled */
export async function* overBatches(
  { phase, detail, batches }: Stretch,
  signal: AbortSignal,
  visit: (batch: EvaluationBatch) => void,
): AsyncGenerator<RunEvent, void> {
  const progress = progressOf(
    phase,
    detail,
    batches.reduce((sum, { indexes }) => sum + indexes.length, 0),
  )
  yield progress.start()
  let done = 0
  for (const batch of batches) {
    visit(batch)
    done += batch.indexes.length
    yield* progress.at(done)
    await breathe(signal)
  }
}
