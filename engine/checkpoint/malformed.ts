// What the parsers of file formats throw: a sentence about the place. The reader that knows the file's name turns it
// into `bad-checkpoint`.
import { badCheckpoint } from './bad-checkpoint.ts'

export class Malformed extends Error {
  override readonly name = 'Malformed'
}

/** Runs a parser over a file's bytes and gives its complaint the file's name. */
export function naming<T>(file: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof Malformed) throw badCheckpoint(file, error.message, { cause: error })
    throw error
  }
}
