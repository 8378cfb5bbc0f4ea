// Weights and the test split in, the two prediction files out.
import type { Features } from '../data/features.ts'
import type { Params } from '../model/params.ts'
import type { RunEvent, RunRequest } from '../spec/run.ts'
import { answer } from './answers.ts'
import { writeSubmitResults, writeTestResults } from './write-results.ts'

/** Predicts every example and writes `test_results.tsv` and `submit_results.tsv`. */
export async function* predict(
  request: RunRequest,
  params: Params,
  features: readonly Features[],
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void> {
  const { task, hyperparameters, output_dir } = request
  const stretch = {
    phase: 'predicting',
    detail: 'test',
    batch_size: hyperparameters.predict_batch_size,
  } as const
  const answers = yield* answer(request, params, features, stretch, signal)
  await writeTestResults(output_dir, answers)
  await writeSubmitResults(output_dir, features, answers, task)
}
