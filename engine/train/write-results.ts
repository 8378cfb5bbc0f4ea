// Evaluations and answers in, the original's result files out: eval_results.txt, best_trial.txt, test_results.tsv, submit_results.tsv.
import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { replaceFile } from '../checkpoint/durable-file.ts'
import { MetricName, type TaskSpec } from '../spec/task-spec.ts'
import type { Answers } from './answers.ts'
import { float32ArrayText, float32Text, float64Text } from './python-text.ts'

export const EVAL_RESULTS = 'eval_results.txt'
export const BEST_TRIAL = 'best_trial.txt'
/** Of the multiple choice's test split, as the original writes them: metrics, no answers. */
export const PREDICT_RESULTS = 'predict_results.txt'
export const TEST_RESULTS = 'test_results.tsv'
export const SUBMIT_RESULTS = 'submit_results.tsv'
/** Folder of the predictions under the names of the GLUE server. */
export const SUBMISSION = 'submission'

/** Our metrics by the names under which the original writes them. */
const ORIGINAL_NAMES: Record<MetricName, string> = {
  accuracy: 'eval_accuracy',
  f1: 'eval_f1',
  exact_match: 'eval_exact_match',
  matthews: 'matthew_corr',
  pearson: 'pearson',
  spearman: 'spearman',
  mse: 'MSE',
  loss: 'eval_loss',
}

const LINE = `${'='.repeat(50)}\n`

/** The blocks of `eval_results.txt` without their closing lines; none where there is no such file. */
export async function evalBlocks(output_dir: string): Promise<string[]> {
  const text = await readFile(path.join(output_dir, EVAL_RESULTS), 'utf8').catch(() => '')
  return text.split(LINE).slice(0, -1) // behind the last line stands the conclusion, or nothing
}

/** Writes `eval_results.txt`: a block for each evaluation, each closed by a line of `=`. */
export async function writeEvalResults(
  output_dir: string,
  blocks: readonly string[],
  conclusion = '',
): Promise<void> {
  await replaceFile(
    path.join(output_dir, EVAL_RESULTS),
    blocks.map((block) => block + LINE).join('') + conclusion,
  )
}

/** What is told of an evaluation: keys sorted, then the best value before it. */
export function metricBlock({
  metrics,
  step,
  loss,
  best,
  arrays = {},
}: {
  metrics: Record<string, number>
  step: number
  /** The original's second loss, `meanOfBatchMeans`. */
  loss: number
  best: number | null
  /** Whole arrays that are written out by name. */
  arrays?: Record<string, Float32Array>
}): string {
  const lines = MetricName.options.flatMap((name): [string, string][] => {
    const value = metrics[name]
    return value === undefined ? [] : [[ORIGINAL_NAMES[name], float32Text(value)]]
  })
  lines.push(['global_step', String(step)], ['loss', float32Text(loss)])
  for (const [name, values] of Object.entries(arrays)) lines.push([name, float32ArrayText(values)])
  lines.sort(([a], [b]) => (a < b ? -1 : 1))
  lines.push(['best', best === null ? '-1' : float64Text(Math.fround(best))])
  return lines.map(([name, text]) => `${name} = ${text}\n`).join('')
}

/** `key = value` lines, sorted; metrics that the original has by its names. */
export function metricLines(metrics: Record<string, number>): string {
  const names: Record<string, string> = ORIGINAL_NAMES
  return Object.entries(metrics)
    .map(([name, value]) => `${names[name] ?? `eval_${name}`} = ${float32Text(value)}\n`)
    .sort()
    .join('')
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

/**
 * Writes `submit_results.tsv`: what the GLUE server takes, an id and a label (or number) for each example. Where the server has a
 * name for the task, the same is written under it, into the folder that is packed and sent.
 */
export async function writeSubmitResults(
  output_dir: string,
  guids: readonly string[],
  { predictions }: Answers,
  { labels, submission }: Pick<TaskSpec, 'labels' | 'submission'>,
): Promise<void> {
  const lines = guids.map((guid, row) => {
    const prediction = predictions[row] ?? NaN
    return `${guid}\t${labels === null ? float32Text(prediction) : (labels[prediction] ?? '')}\n`
  })
  const text = ['index\tprediction\n', ...lines].join('')
  await replaceFile(path.join(output_dir, SUBMIT_RESULTS), text)
  if (submission === undefined) return
  await mkdir(path.join(output_dir, SUBMISSION), { recursive: true })
  await replaceFile(path.join(output_dir, SUBMISSION, submission), text)
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
