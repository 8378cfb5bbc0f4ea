// Examples in, their features in a few long arrays out, and single ones of these: many small arrays take longer to hand over than to make.
import type { Example } from '../../data/example.ts'
import { labelId, placeIds, type Features } from '../../data/features.ts'
import type { TaskSpec } from '../../spec/task-spec.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import type { IdList } from '../../text/word-table.ts'

/** All examples one after another. */
export type PackedFeatures = {
  input_ids: Int32Array
  segment_ids: Int32Array
  tokens: Int32Array // of each example
  label_ids: Float64Array
  truncated: Uint8Array
}

export type Named = Pick<Example, 'guid' | 'group'>

/** The texts of examples in one: one long one goes to a worker as it lies in memory, many short ones are written out and read in again. */
export type PackedTexts = {
  text: string
  /** Where `text_a` and `text_b` of each end; −1 for a `text_b` that is not there. */
  ends: Int32Array // [2 × examples]
  label_ids: Float64Array // [examples]
}

type Settings = Pick<TaskSpec, 'labels'> & { max_seq_length: number }

/** @throws RangeError for a label that the task does not list */
export function packTexts(examples: readonly Example[], { labels }: Settings): PackedTexts {
  const texts: string[] = []
  const ends = new Int32Array(2 * examples.length)
  const label_ids = new Float64Array(examples.length)
  let end = 0
  for (const [index, example] of examples.entries()) {
    const { text_a, text_b } = example
    texts.push(text_a)
    ends[2 * index] = end += text_a.length
    if (text_b !== null) texts.push(text_b)
    ends[2 * index + 1] = text_b === null ? -1 : (end += text_b.length)
    label_ids[index] = labelId(example, { labels })
  }
  return { text: texts.join(''), ends, label_ids }
}

export function packFeatures(
  { text, ends, label_ids }: PackedTexts,
  tokenizer: Tokenizer,
  { max_seq_length }: Settings,
): PackedFeatures {
  const examples = label_ids.length
  const list: IdList = { ids: new Int32Array(1 << 14), used: 0 }
  const tokens = new Int32Array(examples)
  const seconds = new Int32Array(examples)
  const truncated = new Uint8Array(examples)
  let start = 0
  const upTo = (end: number): string => {
    const part = text.slice(start, end)
    start = end
    return part
  }
  for (let index = 0; index < examples; index++) {
    const text_a = upTo(ends[2 * index] ?? 0)
    const end_b = ends[2 * index + 1] ?? -1
    const text_b = end_b < 0 ? null : upTo(end_b)
    const placed = placeIds({ text_a, text_b }, tokenizer, max_seq_length, list)
    tokens[index] = placed.tokens
    seconds[index] = placed.second
    truncated[index] = Number(placed.truncated)
  }
  const segment_ids = new Int32Array(list.used)
  let at = 0
  for (const [index, second] of seconds.entries())
    segment_ids.fill(1, at + second, (at += tokens[index] ?? 0))
  return { input_ids: list.ids.slice(0, list.used), segment_ids, tokens, label_ids, truncated }
}

/** The memory under its arrays, which a worker gives away instead of having it copied. */
export function buffersOf(made: unknown): ArrayBuffer[] {
  if (typeof made !== 'object' || made === null) return []
  return Object.values(made as Record<string, unknown>).flatMap((value) =>
    ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? [value.buffer] : [],
  )
}

/** @param named what the examples are called, in the same order; the arrays of the result are parts of the packed ones */
export function unpackFeatures(packed: PackedFeatures, named: readonly Named[]): Features[] {
  const ones = new Int32Array(packed.tokens.reduce((most, tokens) => Math.max(most, tokens), 0)).fill(1)
  let at = 0
  return named.map(({ guid, group }, index) => {
    const tokens = packed.tokens[index] ?? 0
    const [start, end] = [at, (at += tokens)]
    return {
      guid,
      input_ids: packed.input_ids.subarray(start, end),
      input_mask: ones.subarray(0, tokens),
      segment_ids: packed.segment_ids.subarray(start, end),
      label_id: packed.label_ids[index] ?? 0,
      tokens,
      truncated: packed.truncated[index] === 1,
      ...(group !== undefined && { group }),
    }
  })
}
