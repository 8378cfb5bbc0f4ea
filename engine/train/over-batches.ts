// Lengths of examples in, a visit of all of them in batches out: those of like length together, so that little padding is computed.
import type { RunEvent, RunPhase } from '../spec/run.ts'
import { breathe } from './cancelled.ts'
import { progressOf } from './progress.ts'

export type Stretch = {
  phase: Extract<RunPhase, 'evaluating' | 'predicting'>
  detail: string
  batch_size: number
}

/** @param visit is given the indexes of a batch; what it finds hangs on no other batch, so the order is free. @throws Cancelled */
export async function* overBatches(
  lengths: ArrayLike<number>,
  { phase, detail, batch_size }: Stretch,
  signal: AbortSignal,
  visit: (indexes: number[]) => void,
): AsyncGenerator<RunEvent, void> {
  const lengthOf = (index: number): number => lengths[index] ?? 0
  const by_length = Array.from(lengths, (_, index) => index).sort(
    (a, b) => lengthOf(a) - lengthOf(b) || a - b,
  )
  const progress = progressOf(phase, detail, by_length.length)
  yield progress.start()
  for (let start = 0; start < by_length.length; start += batch_size) {
    const indexes = by_length.slice(start, start + batch_size)
    visit(indexes)
    yield* progress.at(start + indexes.length)
    await breathe(signal)
  }
}
