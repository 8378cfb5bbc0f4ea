// A vocabulary file and what is wrong with it in, the failure that names both out.
import { EngineFailure } from '../spec/errors.ts'

export function badVocabulary(file: string, reason: string, cause?: unknown): EngineFailure {
  const message = `The vocabulary file ${file || '(none given)'} cannot be used: ${reason}. Choose the file that came with the checkpoint, such as 30k-clean.model or vocab_chinese.txt.`
  return new EngineFailure({ code: 'bad-vocabulary', file, message }, { cause })
}
