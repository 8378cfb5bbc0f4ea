// A split's file in, its features in memory out, with what there is to tell on the way.
import path from 'node:path'
import type { Features } from '../data/features.ts'
import { readSplitParts } from '../data/read-split.ts'
import type { RunEvent, RunRequest } from '../spec/run.ts'
import type { SplitName } from '../spec/task-spec.ts'
import { breathe } from './cancelled.ts'
import { featureMaker, inOrder } from './features/feature-maker.ts'
import { namesOf, unpackFeatures, type Named, type PackedFeatures } from './features/pack-features.ts'
import { remembered, vocabularyOf } from './features/remembered.ts'
import type { Tokenizing } from './features/workers.ts'
import { logged, progressOf } from './progress.ts'

type Prepared = Pick<RunRequest, 'task' | 'data_dir' | 'model' | 'hyperparameters' | 'cache_dir'>
type Chunk = { named: Named; packed: PackedFeatures }

/**
 * Reads and tokenises a split.
 * @throws EngineFailure with file, line and column of the first row that cannot be used; Cancelled
 */
export async function* prepareSplit(
  request: Prepared,
  split: SplitName,
  tokenizing: Tokenizing,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Features[]> {
  const { task, data_dir, hyperparameters } = request
  const source = path.resolve(data_dir, task.splits[split]?.file ?? '')
  const settings = ['labelled', task, hyperparameters.max_seq_length]
  const files = vocabularyOf(request)
  const progress = progressOf('preparing', split, null)
  yield progress.start()
  const kept = { source, split, files, settings }
  const chunks = yield* remembered(request.cache_dir, kept, tokenizing.workers, () =>
    tokenised(request, split, tokenizing, progress, signal),
  )
  const features = chunks.flatMap(({ named, packed }) => unpackFeatures(packed, named))
  yield {
    type: 'split',
    split,
    examples: features.length,
    truncated: features.filter(({ truncated }) => truncated).length,
    longest: features.reduce((most, { tokens }) => Math.max(most, tokens), 0),
  }
  return features
}

async function* tokenised(
  request: Prepared,
  split: SplitName,
  tokenizing: Tokenizing,
  progress: ReturnType<typeof progressOf>,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Chunk[]> {
  const { task, data_dir, hyperparameters } = request
  const settings = { labels: task.labels, max_seq_length: hyperparameters.max_seq_length }
  const maker = featureMaker('labelled', settings, tokenizing)
  const parts = readSplitParts(task, split, data_dir, signal)
  const chunks: Chunk[] = []
  let done = 0
  for await (const { examples, made } of inOrder(parts, maker)) {
    chunks.push({ named: namesOf(examples), packed: made })
    done += examples.length
    yield* progress.at(done)
    await breathe(signal)
  }
  yield* troubleOf(maker)
  return chunks
}

/** Told where workers were asked for and this thread had to step in. */
export function* troubleOf(maker: { trouble(): string | null }): Generator<RunEvent> {
  const trouble = maker.trouble()
  if (trouble !== null)
    yield logged('warning', `Worker threads failed, so the text was tokenised without them: ${trouble}`)
}
