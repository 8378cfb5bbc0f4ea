// The one way a reader in this folder says no: a file, a sentence about the place in it, and what to do.
import { EngineFailure } from '../spec/errors.ts'
import { say } from '../spec/sentences.ts'

/** An `EngineFailure` of code `bad-checkpoint`; the message starts with the file's name. */
export function badCheckpoint(file: string, sentence: string, options?: ErrorOptions): EngineFailure {
  return new EngineFailure(
    { code: 'bad-checkpoint', file, ...say('checkpoint-unusable', { file, reason: sentence }) },
    options,
  )
}
