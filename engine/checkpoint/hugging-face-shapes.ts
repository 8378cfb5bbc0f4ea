// The header of a Hugging Face file and its config in, a complaint about everything that does not fit out.
import type { AlbertConfig } from '../spec/albert-config.ts'
import { badCheckpoint } from './bad-checkpoint.ts'
import type { NamePair } from './hugging-face-names.ts'
import type { SafetensorsEntry } from './safetensors.ts'

/** Shapes that the config decides, against the file: everything at once, before a value is read. */
export function checkEncoder(
  { file, entries }: { file: string; entries: ReadonlyMap<string, SafetensorsEntry> },
  config: AlbertConfig,
  pairs: readonly NamePair[],
  inFile: (theirs: string) => string,
): void {
  const problems = pairs.flatMap(({ ours, theirs }) => {
    const expected = expectedShape(theirs, config)
    const found = entries.get(inFile(theirs))
    if (expected === null || !ours.startsWith('bert/')) return [] // heads are the model's business that takes them
    if (found === undefined) return ours.startsWith('bert/pooler/') ? [] : [`${inFile(theirs)} is missing`]
    const fits = found.shape.join() === expected.join()
    return fits
      ? []
      : [`${inFile(theirs)} is [${found.shape.join(', ')}] and the config says [${expected.join(', ')}]`]
  })
  if (problems.length > 0)
    throw badCheckpoint(file, `it does not fit config.json, and nothing was loaded: ${problems.join('; ')}.`)
}

function expectedShape(theirs: string, config: AlbertConfig): number[] | null {
  const { vocab_size, type_vocab_size, max_position_embeddings } = config
  const { embedding_size: E, hidden_size: H, intermediate_size: I } = config
  const isWeight = theirs.endsWith('.weight')
  if (theirs.includes('word_embeddings')) return [vocab_size, E]
  if (theirs.includes('token_type_embeddings')) return [type_vocab_size, E]
  if (theirs.includes('position_embeddings')) return [max_position_embeddings, E]
  if (theirs.includes('embeddings.LayerNorm')) return [E]
  if (theirs.includes('embedding_hidden_mapping_in')) return isWeight ? [H, E] : [H]
  if (/LayerNorm|layer_norm/.test(theirs)) return [H]
  if (theirs.includes('.ffn.')) return isWeight ? [I, H] : [I]
  if (theirs.includes('.ffn_output.')) return isWeight ? [H, I] : [H]
  if (theirs.includes('.attention.') || theirs.includes('pooler')) return isWeight ? [H, H] : [H]
  return null
}
