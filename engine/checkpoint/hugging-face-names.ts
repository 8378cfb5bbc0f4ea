// A model's config in, the pairs of names under which the original and Hugging Face keep the same variable out.

export type NamePair = {
  ours: string
  theirs: string
  /** Kernels are `[in, out]` here and `[out, in]` there. */
  transposed: boolean
}

/** The encoder, the pretraining heads and the task heads that both sides have. Theirs carry the prefix `albert.`. */
export function namePairs({
  num_hidden_groups,
  inner_group_num,
}: {
  num_hidden_groups: number
  inner_group_num: number
}): NamePair[] {
  const blocks: NamePair[] = []
  for (let group = 0; group < num_hidden_groups; group++) {
    for (let inner = 0; inner < inner_group_num; inner++) {
      blocks.push(
        ...block(
          `bert/encoder/transformer/group_${group}/inner_group_${inner}`,
          `albert.encoder.albert_layer_groups.${group}.albert_layers.${inner}`,
        ),
      )
    }
  }
  return [
    plain('bert/embeddings/word_embeddings', 'albert.embeddings.word_embeddings.weight'),
    plain('bert/embeddings/token_type_embeddings', 'albert.embeddings.token_type_embeddings.weight'),
    plain('bert/embeddings/position_embeddings', 'albert.embeddings.position_embeddings.weight'),
    ...layerNorm('bert/embeddings/LayerNorm', 'albert.embeddings.LayerNorm'),
    ...dense(MAPPING.ours, MAPPING.theirs),
    ...blocks,
    ...dense('bert/pooler/dense', 'albert.pooler'),
    ...dense('cls/predictions/transform/dense', 'predictions.dense'),
    ...layerNorm('cls/predictions/transform/LayerNorm', 'predictions.LayerNorm'),
    plain('cls/predictions/output_bias', 'predictions.bias'),
    ...outputs('cls/seq_relationship/', 'sop_classifier.classifier'),
    ...outputs('', 'classifier'),
    ...outputs('cls/squad/', 'qa_outputs'),
  ]
}

/** From embedding size to hidden size; Hugging Face has it even where the sizes are equal, the original does not. */
export const MAPPING = {
  ours: 'bert/encoder/embedding_hidden_mapping_in',
  theirs: 'albert.encoder.embedding_hidden_mapping_in',
} as const

/** Copies of other tensors, and buffers that are no weights. */
export const TIED = {
  'predictions.decoder.weight': 'albert.embeddings.word_embeddings.weight',
  'predictions.decoder.bias': 'predictions.bias',
} as const
export const BUFFERS = ['albert.embeddings.position_ids', 'albert.embeddings.token_type_ids'] as const

function block(ours: string, theirs: string): NamePair[] {
  return [
    ...['query', 'key', 'value'].flatMap((part) =>
      dense(`${ours}/attention_1/self/${part}`, `${theirs}.attention.${part}`),
    ),
    ...dense(`${ours}/attention_1/output/dense`, `${theirs}.attention.dense`),
    ...layerNorm(`${ours}/LayerNorm`, `${theirs}.attention.LayerNorm`),
    ...dense(`${ours}/ffn_1/intermediate/dense`, `${theirs}.ffn`),
    ...dense(`${ours}/ffn_1/intermediate/output/dense`, `${theirs}.ffn_output`),
    ...layerNorm(`${ours}/LayerNorm_1`, `${theirs}.full_layer_layer_norm`),
  ]
}

function plain(ours: string, theirs: string): NamePair {
  return { ours, theirs, transposed: false }
}

function dense(ours: string, theirs: string): NamePair[] {
  return [
    { ours: `${ours}/kernel`, theirs: `${theirs}.weight`, transposed: true },
    plain(`${ours}/bias`, `${theirs}.bias`),
  ]
}

function layerNorm(ours: string, theirs: string): NamePair[] {
  return [plain(`${ours}/gamma`, `${theirs}.weight`), plain(`${ours}/beta`, `${theirs}.bias`)]
}

/** Output layers are `[labels, hidden]` on both sides. */
function outputs(ours: string, theirs: string): NamePair[] {
  return [plain(`${ours}output_weights`, `${theirs}.weight`), plain(`${ours}output_bias`, `${theirs}.bias`)]
}
