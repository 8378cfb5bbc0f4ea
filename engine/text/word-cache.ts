// A segmenter of texts in, one that segments each word once out. Words come again and again; segmenting is what costs.

const MOST_WORDS = 1 << 17
const LONGEST_WORD = 64
/** The length up to which the segmentation of a word is known not to depend on the text before it. */
const LONGEST_TEXT = 8192

/**
 * For segmenters that never join what a space separates: the pieces of a text are then the pieces of its words, in turn.
 * @param isSure whether the pieces of a word are the same in every text; a text with another word is segmented as a whole
 */
export function rememberWords(
  segment: (text: string) => string[],
  isSure: (pieces: readonly string[]) => boolean,
): (text: string) => string[] {
  const known = new Map<string, readonly string[] | null>()
  const piecesOf = (word: string): readonly string[] | null => {
    if (word.length > LONGEST_WORD) return null
    const remembered = known.get(word)
    if (remembered !== undefined) return remembered
    const pieces = segment(word)
    // Frequent words are met again at once, so forgetting everything costs little and needs no bookkeeping.
    if (known.size >= MOST_WORDS) known.clear()
    known.set(word, isSure(pieces) ? pieces : null)
    return known.get(word) ?? null
  }
  return (text) => {
    if (text.length > LONGEST_TEXT) return segment(text)
    const all: string[] = []
    for (const word of text.split(' ')) {
      const pieces = word === '' ? [] : piecesOf(word)
      if (pieces === null) return segment(text)
      for (const piece of pieces) all.push(piece)
    }
    return all
  }
}
