// An example and a tokenizer in, what the model reads of it out: ids, mask and segments, not padded.
import type { TaskSpec } from '../spec/task-spec.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { Example } from './example.ts'

export type Features = {
  guid: string
  input_ids: Int32Array // [tokens]
  input_mask: Int32Array // [tokens]
  segment_ids: Int32Array // [tokens]
  /** Position in the task's labels; the number itself for regression; 0 where the split has no labels. */
  label_id: number
  /** Pieces with `[CLS]` and `[SEP]`: the length of the three arrays. */
  tokens: number
  /** Whether pieces were dropped to fit `max_seq_length`. */
  truncated: boolean
  /** Of the example. */
  group?: string
}

/** `[CLS] A [SEP]`, or `[CLS] A [SEP] B [SEP]` where B has any piece, cut to `max_seq_length` as the original cuts. */
export function featuresOf(
  example: Example,
  task: Pick<TaskSpec, 'labels'>,
  tokenizer: Pick<Tokenizer, 'encode' | 'cls' | 'sep'>,
  max_seq_length: number,
): Features {
  const a = tokenizer.encode(example.text_a)
  const b = example.text_b === null ? [] : tokenizer.encode(example.text_b)
  const [length_a, length_b] = truncatedLengths(a.length, b.length, max_seq_length)
  const { cls, sep } = tokenizer
  const first = length_a + 2
  const tokens = first + (length_b > 0 ? length_b + 1 : 0)
  const input_ids = new Int32Array(tokens)
  input_ids[0] = cls
  for (let at = 0; at < length_a; at++) input_ids[at + 1] = a[at] ?? 0
  input_ids[first - 1] = sep
  for (let at = 0; at < length_b; at++) input_ids[first + at] = b[at] ?? 0
  input_ids[tokens - 1] = sep
  return {
    guid: example.guid,
    input_ids,
    input_mask: new Int32Array(tokens).fill(1),
    segment_ids: new Int32Array(tokens).fill(1, first),
    label_id: labelId(example, task),
    tokens,
    truncated: length_a + length_b < a.length + b.length,
    ...(example.group !== undefined && { group: example.group }),
  }
}

/** Pieces are dropped from the end of the longer text, one at a time; on a tie from B. */
function truncatedLengths(a: number, b: number, max_seq_length: number): [number, number] {
  if (b === 0) return [Math.min(a, max_seq_length - 2), 0]
  while (a + b > max_seq_length - 3) {
    if (a > b) a--
    else b--
  }
  return [a, b]
}

function labelId({ label, guid }: Example, { labels }: Pick<TaskSpec, 'labels'>): number {
  if (label === null) return 0
  if (labels === null) return Number(label)
  const id = labels.indexOf(String(label))
  if (id < 0) throw new RangeError(`Example ${guid} has the label ${label}, which the task does not list.`)
  return id
}
