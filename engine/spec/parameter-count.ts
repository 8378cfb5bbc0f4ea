// A model's config in, the number of its weights out: the backbone with its embeddings, without heads.
import type { AlbertConfig } from './albert-config.ts'

/** Embeddings, the mapping to the hidden size, the shared layers, the pooler. */
export function parameterCount(config: AlbertConfig): number {
  const { embedding_size: E, hidden_size: H, intermediate_size: I } = config
  const norm = 2
  const rows = config.vocab_size + config.max_position_embeddings + config.type_vocab_size
  const embeddings = (rows + norm) * E
  const mapping = E * H + H
  const attention = 4 * (H * H + H) + norm * H // query, key, value and output
  const feed_forward = H * I + I + I * H + H + norm * H
  const layers = config.num_hidden_groups * config.inner_group_num * (attention + feed_forward)
  const pooler = H * H + H
  return embeddings + mapping + layers + pooler
}
