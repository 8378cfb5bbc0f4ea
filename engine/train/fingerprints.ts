// A request and its training examples in, hashes out that say whether a resumed run goes on with the same thing.
import { createHash } from 'node:crypto'
import { cardHere } from '../backends/card.ts'
import { precisionOf } from '../backends/precision.ts'
import type { RunRequest } from '../spec/run.ts'
import type { Workload } from './workload.ts'

/**
 * Name → hash of all that decides what a step computes. Where files lie, and how results are shown, is not among it.
 * @param train_examples hash of what the model reads
 */
export function fingerprintsOf(
  { task, model, hyperparameters, runtime }: RunRequest,
  { recipe }: Pick<Workload, 'recipe'>,
  train_examples: string,
): Record<string, string> {
  const { optimizer, learning_rate, train_batch_size, train_step, warmup_step, seed } = hyperparameters
  return {
    albert_config: hashOf([model.albert_config]),
    labels: hashOf([task.kind, task.labels, task.best_by]),
    recipe: hashOf([optimizer, learning_rate, train_batch_size, train_step, warmup_step, seed, ...recipe]),
    train_examples,
    arithmetic: hashOf([
      precisionOf(runtime).precision,
      runtime.jit === 'off',
      runtime.padding,
      ...(cardHere() === null ? [] : ['card']),
    ]),
  }
}

function hashOf(values: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex')
}

/** Ids and labels as the model sees them: another file, vocabulary or length limit shows here. */
export function hashOfFeatures(
  features: Iterable<{ input_ids: Int32Array; segment_ids: Int32Array; label_id: number }>,
): string {
  const hash = createHash('sha256')
  for (const { input_ids, segment_ids, label_id } of features) {
    hash.update(input_ids).update(segment_ids).update(Float64Array.of(label_id))
  }
  return hash.digest('hex')
}
