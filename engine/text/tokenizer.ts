// The vocabulary files of a model in, its tokenizer out: SentencePiece for the English models, WordPiece for the Chinese ones.
import { loadSentencePiece } from './sentencepiece.ts'
import type { Tokenizer } from './tokenizer-type.ts'
import { loadWordPiece } from './wordpiece.ts'

export type { Tokenizer } from './tokenizer-type.ts'

export type VocabularyFiles = {
  spm_model_file: string | null
  vocab_file: string | null
  do_lower_case: boolean
}

/**
 * Loads the tokenizer that belongs to the files; with both, SentencePiece wins, as in the original.
 * @throws EngineFailure `bad-vocabulary` when a file is missing, broken or lacks the special tokens
 */
export async function loadTokenizer({
  spm_model_file,
  vocab_file,
  do_lower_case,
}: VocabularyFiles): Promise<Tokenizer> {
  if (spm_model_file) return loadSentencePiece(spm_model_file, { do_lower_case })
  return loadWordPiece(vocab_file ?? '', { do_lower_case })
}
