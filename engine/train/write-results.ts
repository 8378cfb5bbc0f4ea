// Evaluations and answers in, the original's result files out: eval_results.txt, best_trial.txt, test_results.tsv, submit_results.tsv.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { replaceFile } from '../checkpoint/durable-file.ts'
import type { Features } from '../data/features.ts'
import type { Evaluation } from '../spec/run.ts'
import type { MetricName, TaskSpec } from '../spec/task-spec.ts'
import type { Answers } from './answers.ts'
import { isBetter } from './evaluate.ts'
import { float32Text, float64Text } from './python-text.ts'

export const EVAL_RESULTS = 'eval_results.txt'
export const BEST_TRIAL = 'best_trial.txt'
export const TEST_RESULTS = 'test_results.tsv'
export const SUBMIT_RESULTS = 'submit_results.tsv'

/** Our metrics by the names under which the original writes them. */
const ORIGINAL_NAMES: Record<MetricName, string> = {
  accuracy: 'eval_accuracy',
  f1: 'eval_f1',
  matthews: 'matthew_corr',
  pearson: 'pearson',
  spearman: 'spearman',
  mse: 'MSE',
  loss: 'eval_loss',
}

/**
 * Writes `eval_results.txt`: a block for each evaluation, keys sorted, then the best value before it, then a line.
 * @param batch_mean_losses the original's second loss by step, `meanOfBatchMeans`
 */
export async function writeEvalResults(
  output_dir: string,
  evaluations: readonly Pick<Evaluation, 'metrics' | 'step'>[],
  best_by: MetricName,
  batch_mean_losses: ReadonlyMap<number, number>,
): Promise<void> {
  let best: number | null = null
  const blocks = evaluations.map((evaluation) => {
    const { metrics, step } = evaluation
    const batch_mean_loss = batch_mean_losses.get(step)
    const lines = Object.entries(metrics).map(([name, value]) => [
      ORIGINAL_NAMES[name as MetricName],
      float32Text(value),
    ])
    lines.push(['global_step', String(step)])
    if (batch_mean_loss !== undefined) lines.push(['loss', float32Text(batch_mean_loss)])
    lines.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
    lines.push(['best', best === null ? '-1' : float64Text(Math.fround(best))])
    const value = metrics[best_by] ?? NaN
    if (isBetter(best_by, value, best)) best = value
    return [...lines.map(([name, text]) => `${name} = ${text}`), '='.repeat(50)].join('\n') + '\n'
  })
  await replaceFile(path.join(output_dir, EVAL_RESULTS), blocks.join(''))
}

/** Writes `best_trial.txt`: the last evaluated step, the best step and its value; -1 where there is none. */
export async function writeBestTrial(
  output_dir: string,
  last_step: number,
  best: { step: number; value: number } | null,
): Promise<void> {
  const value = best === null ? '-1' : float64Text(Math.fround(best.value))
  await replaceFile(path.join(output_dir, BEST_TRIAL), `${last_step}:${best?.step ?? -1}:${value}`)
}

/** Writes `test_results.tsv`: a line of probabilities for each example, or the number itself. */
export async function writeTestResults(
  output_dir: string,
  { probabilities, outputs }: Answers,
): Promise<void> {
  const lines: string[] = []
  for (let row = 0; row < probabilities.length; row += outputs) {
    lines.push(Array.from(probabilities.subarray(row, row + outputs), float32Text).join('\t') + '\n')
  }
  await replaceFile(path.join(output_dir, TEST_RESULTS), lines.join(''))
}

/** Writes `submit_results.tsv`: what the GLUE server takes, an id and a label (or number) for each example. */
export async function writeSubmitResults(
  output_dir: string,
  features: readonly Features[],
  { predictions }: Answers,
  { labels }: Pick<TaskSpec, 'labels'>,
): Promise<void> {
  const lines = features.map(({ guid }, row) => {
    const prediction = predictions[row] ?? NaN
    return `${guid}\t${labels === null ? float32Text(prediction) : (labels[prediction] ?? '')}\n`
  })
  await replaceFile(path.join(output_dir, SUBMIT_RESULTS), ['index\tprediction\n', ...lines].join(''))
}

/** Mean over batches, in file order, of each batch's mean loss: a short last batch counts as much as a full one. */
export function meanOfBatchMeans(per_example_loss: Float32Array, batch_size: number): number {
  const means: number[] = []
  for (let start = 0; start < per_example_loss.length; start += batch_size) {
    const batch = per_example_loss.subarray(start, start + batch_size)
    means.push(batch.reduce((sum, loss) => sum + loss, 0) / batch.length)
  }
  return means.reduce((sum, mean) => sum + mean, 0) / means.length
}

/** The `loss` lines of an `eval_results.txt` by step, for a run that goes on; empty where there is no such file. */
export async function readBatchMeanLosses(output_dir: string): Promise<Map<number, number>> {
  const text = await readFile(path.join(output_dir, EVAL_RESULTS), 'utf8').catch(() => '')
  return new Map(
    text.split(/^=+$/m).flatMap((block): [number, number][] => {
      const step = /^global_step = (\d+)$/m.exec(block)?.[1]
      const loss = /^loss = (\S+)$/m.exec(block)?.[1]
      return step === undefined || loss === undefined ? [] : [[Number(step), Number(loss)]]
    }),
  )
}
