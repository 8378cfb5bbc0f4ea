// SentencePiece's pieces in, the text that they spell out.
import type { Tokenizer } from './tokenizer-type.ts'

/** What stands for an unknown piece, with a space on both its sides. */
const UNKNOWN_SURFACE = ' ⁇ '

/** `▁` is a space, but for the one that segmentation puts in front of every text. */
export function joinPieces(pieces: readonly string[]): string {
  return pieces.join('').replaceAll('▁', ' ').replace(/^ /, '')
}

/** Control pieces such as `[CLS]` and padding are no text; an unknown piece is ` ⁇ `. */
export function textOfIds(
  ids: ArrayLike<number>,
  { pieceOf, pad, unk, cls, sep, mask }: Pick<Tokenizer, 'pieceOf' | 'pad' | 'unk' | 'cls' | 'sep' | 'mask'>,
): string {
  const control = new Set<number | null>([pad, cls, sep, mask])
  const shown = Array.from(ids).filter((id) => !control.has(id))
  const surfaces = shown.map((id) => (id === unk ? UNKNOWN_SURFACE : pieceOf(id).replaceAll('▁', ' ')))
  // Only a piece's own space is the one that was put in front; that of an unknown one stays.
  if (shown[0] !== unk) surfaces[0] = surfaces[0]?.replace(/^ /, '') ?? ''
  return surfaces.join('')
}
