// The bytes of a WordPiece vocabulary in, token → id out, with the original loader's treatment of odd lines.
import { splitAtSpace } from './characters.ts'

/**
 * One token a line: its first field, so that `piece<TAB>score` files work. A blank line is the token of one space. A token
 * seen before takes no id, so the ids count distinct tokens.
 * @throws TypeError when the bytes are not UTF-8
 */
export function readVocabulary(bytes: Uint8Array): Map<string, number> {
  const ids = new Map<string, number>()
  const lines = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).split('\n')
  if (lines.at(-1) === '') lines.pop() // what stands behind the last line end is no line
  for (const line of lines) {
    const token = splitAtSpace(line)[0] ?? ' '
    if (!ids.has(token)) ids.set(token, ids.size)
  }
  return ids
}
