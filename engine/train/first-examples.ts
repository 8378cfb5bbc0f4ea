// The training data in, a line for the log of each of its first examples out: what the model really reads, for a person to check.
import type { RunEvent } from '../spec/run.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { logged } from './progress.ts'
import type { Split } from './workload.ts'

/** As many as the original logs. */
const SHOWN = 5

/** Pieces, ids and segments without padding, as the original's log has them; a question with several answers has a row for each. */
export function* firstExamples(
  { examples, shown }: Pick<Split, 'examples' | 'shown'>,
  tokenizer: Pick<Tokenizer, 'pieceOf'>,
): Generator<RunEvent> {
  for (let index = 0; index < Math.min(SHOWN, examples); index++) {
    const { name, rows, target } = shown(index)
    const lines = rows.map(({ input_ids, segment_ids }) => {
      const pieces = Array.from(input_ids, (id) => tokenizer.pieceOf(id))
      return `tokens: ${pieces.join(' ')}; input_ids: ${input_ids.join(' ')}; segment_ids: ${segment_ids.join(' ')}`
    })
    yield logged('info', `Training example ${index + 1}, ${name}: ${lines.join('; ')}; ${target}`)
  }
}

/** A label as the original's log has it. */
export function labelWithId(labels: readonly string[], label_id: number): string {
  return `${labels[label_id] ?? ''} (id = ${label_id})`
}
