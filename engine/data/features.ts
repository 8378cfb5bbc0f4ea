// An example and a tokenizer in, what the model reads of it out: ids, mask and segments, not padded.
import type { TaskSpec } from '../spec/task-spec.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { push, type IdList } from '../text/word-table.ts'
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

type FeatureTokenizer = Pick<Tokenizer, 'encodeInto' | 'cls' | 'sep'>
/** What is put into a list for one example: so many ids, of which those from `second` on are of segment 1. */
export type Placed = Pick<Features, 'tokens' | 'truncated'> & { second: number }

/** Puts `[CLS] A [SEP]`, or `[CLS] A [SEP] B [SEP]` where B has any piece, cut to `max_seq_length` as the original cuts, into a list. */
export function placeIds(
  { text_a, text_b }: Pick<Example, 'text_a' | 'text_b'>,
  { encodeInto, cls, sep }: FeatureTokenizer,
  max_seq_length: number,
  list: IdList,
): Placed {
  const start = list.used
  push(list, cls)
  encodeInto(text_a, list)
  const a = list.used - start - 1
  push(list, sep)
  const start_b = list.used
  if (text_b !== null) encodeInto(text_b, list)
  const b = list.used - start_b
  const [length_a, length_b] = truncatedLengths(a, b, max_seq_length)
  const second = length_a + 2
  if (length_a < a) {
    list.ids[start + second - 1] = sep
    list.ids.copyWithin(start + second, start_b, start_b + length_b)
  }
  list.used = start + second + length_b
  if (length_b > 0) push(list, sep)
  return { tokens: list.used - start, second, truncated: length_a + length_b < a + b }
}

/** One example's features. */
export function featuresOf(
  example: Example,
  task: Pick<TaskSpec, 'labels'>,
  tokenizer: Pick<Tokenizer, 'encode' | 'cls' | 'sep'>,
  max_seq_length: number,
): Features {
  const list: IdList = { ids: new Int32Array(max_seq_length), used: 0 }
  const encodeInto = (text: string): void => {
    for (const id of tokenizer.encode(text)) push(list, id)
  }
  const { tokens, second, truncated } = placeIds(example, { ...tokenizer, encodeInto }, max_seq_length, list)
  return {
    guid: example.guid,
    input_ids: list.ids.slice(0, tokens),
    input_mask: new Int32Array(tokens).fill(1),
    segment_ids: new Int32Array(tokens).fill(1, second),
    label_id: labelId(example, task),
    tokens,
    truncated,
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

/** @throws RangeError for a label that the task does not list */
export function labelId(
  { label, guid }: Pick<Example, 'label' | 'guid'>,
  { labels }: Pick<TaskSpec, 'labels'>,
): number {
  if (label === null) return 0
  if (labels === null) return Number(label)
  const id = labels.indexOf(String(label))
  if (id < 0) throw new RangeError(`Example ${guid} has the label ${label}, which the task does not list.`)
  return id
}
