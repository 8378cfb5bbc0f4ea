// The points of one run as they arrive in, columns of numbers out. Appending is cheap and only who draws this run hears of it.
import { StepMetrics, type Evaluation } from '../../engine/spec/run.ts'
import type { EventPayload } from '../../main/contract/host.ts'
import type { JobHistory } from '../../main/contract/records.ts'

const COLUMNS = StepMetrics.keyof().options
export type SeriesColumn = keyof StepMetrics

/** The curve of a run, in step order. */
export type RunSeries = {
  /** Points so far. */
  readonly length: number
  readonly evaluations: readonly Evaluation[]
  /** Grows with every change; compare it to know whether to draw again. */
  readonly version: number
  /** A view of `length` numbers, NaN where there is none; no copy: do not keep it over a change. */
  column(name: SeriesColumn): Float64Array
  /** Calls back after a change, many points at once. Returns what ends it. */
  subscribe(listener: () => void): () => void
}

export type WritableRunSeries = RunSeries & {
  /** Takes the whole history, in place of what was there. */
  replace(history: JobHistory): void
  /** Takes the news of a `job.progress` event. */
  append(news: Pick<EventPayload<'job.progress'>, 'points' | 'evaluations' | 'reset_after'>): void
}

/** An empty series. */
export function createRunSeries(): WritableRunSeries {
  let capacity = 1024
  let columns = emptyColumns(capacity)
  let length = 0
  let version = 0
  let evaluations: Evaluation[] = []
  const listeners = new Set<() => void>()

  const changed = () => {
    version += 1
    for (const listener of listeners) listener()
  }

  const lastStep = () => (length === 0 ? -1 : (columns.step[length - 1] ?? -1))

  const grow = (needed: number) => {
    if (needed <= capacity) return
    while (capacity < needed) capacity *= 2
    const larger = emptyColumns(capacity)
    for (const name of COLUMNS) larger[name].set(columns[name].subarray(0, length))
    columns = larger
  }

  /** Points that were there already are left out: a history may overlap with what arrived meanwhile. */
  const push = (points: readonly StepMetrics[]) => {
    grow(length + points.length)
    for (const point of points) {
      if (point.step <= lastStep()) continue
      for (const name of COLUMNS) columns[name][length] = point[name] ?? NaN
      length += 1
    }
  }

  const pushEvaluations = (news: readonly Evaluation[]) => {
    for (const evaluation of news) {
      const known = evaluations.some((one) => one.step === evaluation.step && one.split === evaluation.split)
      if (!known) evaluations = [...evaluations, evaluation]
    }
  }

  const cutAfter = (step: number) => {
    while (length > 0 && lastStep() > step) length -= 1
    evaluations = evaluations.filter((evaluation) => evaluation.step <= step)
  }

  return {
    get length() {
      return length
    },
    get version() {
      return version
    },
    get evaluations() {
      return evaluations
    },
    column: (name) => columns[name].subarray(0, length),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    replace(history) {
      length = 0
      evaluations = []
      push(history.points)
      pushEvaluations(history.evaluations)
      changed()
    },
    append({ points, evaluations: news, reset_after }) {
      if (reset_after !== null) cutAfter(reset_after)
      push(points)
      pushEvaluations(news)
      changed()
    },
  }
}

function emptyColumns(capacity: number): Record<SeriesColumn, Float64Array> {
  return Object.fromEntries(COLUMNS.map((name) => [name, new Float64Array(capacity)])) as Record<
    SeriesColumn,
    Float64Array
  >
}
