// Examples in, their features in a few long arrays out, and single ones of these: many small arrays take longer to hand over and to write than to make.
import type { Example } from '../../data/example.ts'
import { labelId, placeIds, type Features } from '../../data/features.ts'
import type { TaskSpec } from '../../spec/task-spec.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import type { IdList } from '../../text/word-table.ts'

/** All examples one after another, as small as it goes: this is what is kept on the disk. */
export type PackedFeatures = {
  input_ids: Uint16Array | Int32Array // as wide as the vocabulary asks for
  tokens: Int32Array // of each example
  seconds: Int32Array // how many of them are of segment 0
  label_ids: Float64Array
  truncated: Uint8Array
}

export type Named = { guids: string[]; groups: (string | undefined)[] | null }

export function namesOf(examples: readonly Pick<Example, 'guid' | 'group'>[]): Named {
  const groups = examples.map(({ group }) => group)
  return {
    guids: examples.map(({ guid }) => guid),
    groups: groups.some((group) => group !== undefined) ? groups : null,
  }
}

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
  const ids = list.ids.subarray(0, list.used)
  const input_ids = tokenizer.size > 1 << 16 ? ids.slice() : new Uint16Array(ids)
  return { input_ids, tokens, seconds, label_ids, truncated }
}

/** The memory under its arrays, which a worker gives away instead of having it copied. */
export function buffersOf(made: unknown): ArrayBuffer[] {
  if (typeof made !== 'object' || made === null) return []
  return Object.values(made as Record<string, unknown>).flatMap((value) =>
    ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? [value.buffer] : [],
  )
}

/**
 * Single features. Their arrays are parts of a few long ones, of which mask and segments are the same for many.
 * @param named what the examples are called, in the same order; `groups` is null where there are none
 */
export function unpackFeatures(packed: PackedFeatures, { guids, groups }: Named): Features[] {
  const most = packed.tokens.reduce((longest, tokens) => Math.max(longest, tokens), 0)
  const input_ids = Int32Array.from(packed.input_ids)
  const segments = new Int32Array(2 * most).fill(1, most)
  const masks = partsOf(new Int32Array(most).fill(1))
  const zeros = partsOf(new Int32Array(most))
  let at = 0
  return guids.map((guid, index) => {
    const group = groups?.[index]
    const tokens = packed.tokens[index] ?? 0
    const second = packed.seconds[index] ?? 0
    const [start, end] = [at, (at += tokens)]
    return {
      guid,
      input_ids: input_ids.subarray(start, end),
      input_mask: masks(tokens),
      segment_ids:
        second === tokens ? zeros(tokens) : segments.subarray(most - second, most - second + tokens),
      label_id: packed.label_ids[index] ?? 0,
      tokens,
      truncated: packed.truncated[index] === 1,
      ...(group !== undefined && { group }),
    }
  })
}

/** The first so many numbers: one array for each length, for arrays that are parts take long to make. */
function partsOf(numbers: Int32Array): (length: number) => Int32Array {
  const parts: (Int32Array | undefined)[] = []
  return (length) => (parts[length] ??= numbers.subarray(0, length))
}
