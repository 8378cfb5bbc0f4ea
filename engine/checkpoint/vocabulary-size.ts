// The bytes of a file that may be a vocabulary in, the number of its pieces out: how the two kinds are told apart.
import { Malformed } from './malformed.ts'
import { protoFields } from './varint.ts'

/** Pieces of a SentencePiece model, or null for any other file. The model's message is a list of pieces and its settings. */
export function countPieces(bytes: Uint8Array): number | null {
  try {
    let pieces = 0
    let settings = 0
    for (const field of protoFields(bytes, 'a SentencePiece model')) {
      if (!('bytes' in field)) return null
      if (field.number === 1) pieces++
      else settings++
    }
    return pieces > 0 && settings > 0 ? pieces : null
  } catch (error) {
    if (error instanceof Malformed) return null
    throw error
  }
}

/** Distinct tokens of a WordPiece list, or null for a text that lacks the tokens every such list has. */
export function countTokens(bytes: Uint8Array): number | null {
  const lines = new Set(
    Buffer.from(bytes)
      .toString('utf8')
      .split('\n')
      .map((line) => line.trim()),
  )
  if (!SPECIAL_TOKENS.every((token) => lines.has(token))) return null
  lines.delete('')
  return lines.size
}

const SPECIAL_TOKENS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
