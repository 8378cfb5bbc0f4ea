// A request and what its kind could do in, how the examples of the run use the rows of a batch out; and the sentence that says so.
import type { RowUse, TrainingPlan } from '../data/batch-plan.ts'
import type { RunRequest } from '../spec/run.ts'

/** @param possible what the kind's head can do without giving other numbers than padded rows give */
export function rowUse({ runtime }: Pick<RunRequest, 'runtime'>, possible: RowUse): RowUse {
  return runtime.padding === 'max_seq_length' ? 'full-row' : possible
}

/** For the log: which shapes a batch of training can have, and how much of them is padding. */
export function shapesSentence({ shapes, places_per_token }: TrainingPlan): string {
  const named = shapes.map(({ rows, row_length }) => `${rows} × ${row_length}`)
  return `Batches have ${named.join(' or ')} places; ${places_per_token.toFixed(2)} of them are computed for each token.`
}
