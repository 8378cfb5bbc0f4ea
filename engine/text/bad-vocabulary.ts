// A vocabulary file and what is wrong with it in, the failure that names both out.
import { EngineFailure } from '../spec/errors.ts'
import { say } from '../spec/sentences.ts'

export function badVocabulary(file: string, reason: string, cause?: unknown): EngineFailure {
  const said = say('vocabulary-unusable', { file: file || '(none given)', reason })
  return new EngineFailure({ code: 'bad-vocabulary', file, ...said }, { cause })
}
