// The model's config file, once: the JSON object that lies beside every released checkpoint.
import { z } from 'zod'

const probability = z.number().min(0).lt(1)

/**
 * `albert_config.json`. Defaults are those of the original's constructor (the xxlarge v2 shape); keys it does not know are
 * kept, because released files carry inert ones and a copy must not lose them.
 */
export const AlbertConfig = z
  .looseObject({
    vocab_size: z.int().min(1),
    embedding_size: z.int().min(1).default(128),
    hidden_size: z.int().min(1).default(4096),
    num_hidden_layers: z.int().min(1).default(12),
    num_hidden_groups: z.int().min(1).default(1),
    num_attention_heads: z.int().min(1).default(64),
    intermediate_size: z.int().min(1).default(16384),
    inner_group_num: z.int().min(1).default(1),
    down_scale_factor: z.number().default(1),
    hidden_act: z.string().nullable().default('gelu'),
    hidden_dropout_prob: probability.default(0),
    attention_probs_dropout_prob: probability.default(0),
    max_position_embeddings: z.int().min(1).default(512),
    type_vocab_size: z.int().min(1).default(2),
    initializer_range: z.number().positive().default(0.02),
  })
  .refine((config) => config.hidden_size % config.num_attention_heads === 0, {
    message: 'hidden_size must be a multiple of num_attention_heads',
    path: ['hidden_size'],
  })
export type AlbertConfig = z.infer<typeof AlbertConfig>
