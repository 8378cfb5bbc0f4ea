// The shapes of a model's variables in, the config fields that they show out: how a checkpoint of another size is named.

type Shaped = { name: string; shape: readonly number[] }
type Fields = Readonly<Record<string, number>>

/** Fields that both sides show and that differ, in the config's order. Heads, dropout and the activation show in no shape. */
export function differingFields(
  model: readonly Shaped[],
  checkpoint: readonly Shaped[],
): { field: string; model: number; checkpoint: number }[] {
  const ours = fieldsOfShapes(model)
  const theirs = fieldsOfShapes(checkpoint)
  return Object.entries(ours).flatMap(([field, value]) => {
    const other = theirs[field]
    return other === undefined || other === value ? [] : [{ field, model: value, checkpoint: other }]
  })
}

/** The config fields that an ALBERT's shapes decide. */
export function fieldsOfShapes(variables: readonly Shaped[]): Fields {
  const shapes = new Map(variables.map(({ name, shape }) => [name, shape]))
  const fields: Record<string, number> = {}
  const note = (field: string, name: string, axis: number): void => {
    const size = shapes.get(name)?.[axis]
    if (size !== undefined) fields[field] = size
  }
  note('vocab_size', 'bert/embeddings/word_embeddings', 0)
  note('embedding_size', 'bert/embeddings/word_embeddings', 1)
  note('hidden_size', 'bert/pooler/dense/kernel', 0)
  note('intermediate_size', `${BLOCKS}/group_0/inner_group_0/ffn_1/intermediate/dense/kernel`, 1)
  note('max_position_embeddings', 'bert/embeddings/position_embeddings', 0)
  note('type_vocab_size', 'bert/embeddings/token_type_embeddings', 0)
  for (const name of shapes.keys()) {
    const match = /\/group_(\d+)\/inner_group_(\d+)\//.exec(name)
    if (match === null) continue
    fields['num_hidden_groups'] = Math.max(fields['num_hidden_groups'] ?? 0, Number(match[1]) + 1)
    fields['inner_group_num'] = Math.max(fields['inner_group_num'] ?? 0, Number(match[2]) + 1)
  }
  return fields
}

const BLOCKS = 'bert/encoder/transformer'
