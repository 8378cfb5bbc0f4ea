// What no shape shows of the published models: layers, heads and activation, by the sizes that shapes do show.
import type { AlbertConfig } from '../spec/albert-config.ts'

type Unseen = Pick<
  AlbertConfig,
  'num_hidden_layers' | 'num_attention_heads' | 'hidden_act' | 'initializer_range'
>
type Seen = { hidden_size: number; vocab_size: number }

/** The configs beside the released checkpoints. The files of xlarge v2 are said to differ: 16 heads in some, 32 in others. */
const SIZES = [
  { hidden_size: 768, layers: 12, heads: { english: [12], chinese: [12] }, chinese_range: 0.02 },
  { hidden_size: 1024, layers: 24, heads: { english: [16], chinese: [16] }, chinese_range: 0.02 },
  { hidden_size: 2048, layers: 24, heads: { english: [16, 32], chinese: [16] }, chinese_range: 0.014 },
  { hidden_size: 4096, layers: 12, heads: { english: [64], chinese: [16] }, chinese_range: 0.01 },
] as const
const ENGLISH_PIECES = 30000
const CHINESE_PIECES = 21128

/** Null for a model that was not published. */
export function unseenFields(seen: Seen): Unseen | null {
  const size = sizeOf(seen)
  const [num_attention_heads] = size?.heads ?? []
  if (size === null || num_attention_heads === undefined) return null
  return {
    num_hidden_layers: size.layers,
    num_attention_heads,
    hidden_act: size.chinese ? 'relu' : 'gelu',
    initializer_range: size.initializer_range,
  }
}

/** The head counts that the published files of this size have; null for a model that was not published. */
export function publishedHeads(seen: Seen): readonly number[] | null {
  return sizeOf(seen)?.heads ?? null
}

function sizeOf({ hidden_size, vocab_size }: Seen) {
  const size = SIZES.find((each) => each.hidden_size === hidden_size)
  if (size === undefined) return null
  const { layers, heads, chinese_range } = size
  if (vocab_size === ENGLISH_PIECES)
    return { layers, heads: heads.english, chinese: false, initializer_range: 0.02 }
  if (vocab_size === CHINESE_PIECES)
    return { layers, heads: heads.chinese, chinese: true, initializer_range: chinese_range }
  return null
}
