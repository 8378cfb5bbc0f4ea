// Features in, the same in a few long arrays out, and back: many small arrays take longer to hand over than to make.
import type { Example } from '../../data/example.ts'
import type { Features } from '../../data/features.ts'

/** All examples one after another. */
export type PackedFeatures = {
  input_ids: Int32Array
  segment_ids: Int32Array
  tokens: Int32Array // of each example
  label_ids: Float64Array
  truncated: Uint8Array
}

export type Named = Pick<Example, 'guid' | 'group'>

export function packFeatures(features: readonly Features[]): PackedFeatures {
  const size = features.reduce((sum, { tokens }) => sum + tokens, 0)
  const packed: PackedFeatures = {
    input_ids: new Int32Array(size),
    segment_ids: new Int32Array(size),
    tokens: Int32Array.from(features, ({ tokens }) => tokens),
    label_ids: Float64Array.from(features, ({ label_id }) => label_id),
    truncated: Uint8Array.from(features, ({ truncated }) => Number(truncated)),
  }
  let at = 0
  for (const { input_ids, segment_ids, tokens } of features) {
    packed.input_ids.set(input_ids, at)
    packed.segment_ids.set(segment_ids, at)
    at += tokens
  }
  return packed
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
