// A split's file in, its features in memory out, with what there is to tell on the way.
import { readSplit } from '../data/read-split.ts'
import { featuresOf, type Features } from '../data/features.ts'
import type { RunEvent, RunRequest } from '../spec/run.ts'
import type { SplitName } from '../spec/task-spec.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { breathe } from './cancelled.ts'
import { progressOf } from './progress.ts'

/** Longest stretch of tokenising without a turn of the event loop. */
const STRETCH_MS = 25

/**
 * Reads and tokenises a split.
 * @throws EngineFailure with file, line and column of the first row that cannot be used; Cancelled
 */
export async function* prepareSplit(
  { task, data_dir, hyperparameters }: Pick<RunRequest, 'task' | 'data_dir' | 'hyperparameters'>,
  split: SplitName,
  tokenizer: Tokenizer,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Features[]> {
  const features: Features[] = []
  const progress = progressOf('preparing', split, null)
  yield progress.start()
  let breathed = performance.now()
  for await (const example of readSplit(task, split, data_dir, signal)) {
    features.push(featuresOf(example, task, tokenizer, hyperparameters.max_seq_length))
    if (performance.now() - breathed < STRETCH_MS) continue
    yield* progress.at(features.length)
    await breathe(signal)
    breathed = performance.now()
  }
  yield {
    type: 'split',
    split,
    examples: features.length,
    truncated: features.filter(({ truncated }) => truncated).length,
    longest: features.reduce((most, { tokens }) => Math.max(most, tokens), 0),
  }
  return features
}
