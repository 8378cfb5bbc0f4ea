// Labels, predictions and losses of a whole split in, the named metrics out, as the original and the GLUE leaderboard define them.
import type { MetricName } from '../spec/task-spec.ts'

export type Predicted = {
  /** Label ids, or the scores of a regression task. */
  labels: ArrayLike<number>
  /** Ids of the largest logit (the lower of two equal ones), or the predicted scores. */
  predictions: ArrayLike<number>
  per_example_loss: ArrayLike<number>
}

/** Computes each metric over all rows at once; rows that pad a batch must be left out by the caller. */
export function computeMetrics(names: readonly MetricName[], predicted: Predicted): Record<string, number> {
  const { labels, predictions, per_example_loss } = predicted
  if (labels.length !== predictions.length || labels.length !== per_example_loss.length) {
    throw new RangeError(
      `Metrics need as many predictions (${predictions.length}) and losses (${per_example_loss.length}) as labels (${labels.length}).`,
    )
  }
  return Object.fromEntries(names.map((name) => [name, METRICS[name](predicted)]))
}

const METRICS: Record<MetricName, (predicted: Predicted) => number> = {
  accuracy: ({ labels, predictions }) =>
    mean(pairs(labels, predictions).map(([label, prediction]) => Number(label === prediction))),
  f1,
  exact_match: ({ labels, predictions }) => METRICS.accuracy({ labels, predictions, per_example_loss: [] }), // one answer, right or not
  matthews,
  pearson: ({ labels, predictions }) => correlation(Array.from(labels), Array.from(predictions)),
  spearman: ({ labels, predictions }) =>
    correlation(averageRanks(Array.from(labels)), averageRanks(Array.from(predictions))),
  mse: ({ labels, predictions }) =>
    mean(pairs(labels, predictions).map(([label, prediction]) => (prediction - label) ** 2)),
  loss: ({ per_example_loss }) => mean(Array.from(per_example_loss)),
}

/** F1 of class 1 where the ids are 0 and 1, as GLUE reports for MRPC and QQP; else the mean of the F1 of every class that occurs. */
function f1({ labels, predictions }: Predicted): number {
  const rows = pairs(labels, predictions)
  const classes = [...new Set(rows.flat())]
  const of = (positive: number): number => {
    const hits = rows.filter(([label, prediction]) => label === positive && prediction === positive).length
    const claimed = rows.filter(([, prediction]) => prediction === positive).length
    const actual = rows.filter(([label]) => label === positive).length
    return claimed + actual === 0 ? 0 : (2 * hits) / (claimed + actual)
  }
  return classes.every((id) => id < 2) ? of(1) : mean(classes.map(of))
}

/**
 * Matthews' coefficient from the counts, for any number of classes (Gorodkin's R_K, which for two is the original's formula).
 * 0 where a row or column of the counts is empty. The original computes in float32, which overflows to nothing useful on
 * large splits; here the counts are exact and only the result has the precision of float32.
 */
function matthews({ labels, predictions }: Predicted): number {
  const rows = pairs(labels, predictions)
  const actual = new Map<number, number>()
  const claimed = new Map<number, number>()
  for (const [label, prediction] of rows) {
    actual.set(label, (actual.get(label) ?? 0) + 1)
    claimed.set(prediction, (claimed.get(prediction) ?? 0) + 1)
  }
  const correct = rows.filter(([label, prediction]) => label === prediction).length
  const dot = (a: Map<number, number>, b: Map<number, number>): number =>
    [...a].reduce((sum, [id, count]) => sum + count * (b.get(id) ?? 0), 0)
  const spread = (rows.length ** 2 - dot(claimed, claimed)) * (rows.length ** 2 - dot(actual, actual))
  return spread === 0 ? 0 : Math.fround((correct * rows.length - dot(actual, claimed)) / Math.sqrt(spread))
}

/** Pearson's coefficient; NaN where either side is constant. */
function correlation(x: readonly number[], y: readonly number[]): number {
  const [mean_x, mean_y] = [mean(x), mean(y)]
  let [xx, yy, xy] = [0, 0, 0]
  x.forEach((value, row) => {
    const [dx, dy] = [value - mean_x, (y[row] ?? 0) - mean_y]
    xx += dx * dx
    yy += dy * dy
    xy += dx * dy
  })
  return xx === 0 || yy === 0 ? Number.NaN : xy / Math.sqrt(xx * yy)
}

/** Ranks from 1; equal values share the mean of their ranks. */
export function averageRanks(values: readonly number[]): number[] {
  const order = values.map((_, row) => row).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const ranks = new Array<number>(values.length).fill(0)
  for (let start = 0; start < order.length;) {
    let end = start
    while (end + 1 < order.length && values[order[end + 1] ?? 0] === values[order[start] ?? 0]) end++
    for (let at = start; at <= end; at++) ranks[order[at] ?? 0] = (start + end) / 2 + 1
    start = end + 1
  }
  return ranks
}

function pairs(a: ArrayLike<number>, b: ArrayLike<number>): [number, number][] {
  return Array.from(a, (value, row) => [value, b[row] ?? Number.NaN])
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
