// A segmenter of texts in, one that segments each word once out. Words come again and again; segmenting is what costs.

const MOST_WORDS = 1 << 17
/** A quarter full at most, so that words are found at the first look. */
const SLOTS = 4 * MOST_WORDS
const LONGEST_WORD = 64
/** The length up to which the segmentation of a word is known not to depend on the text before it. */
const LONGEST_TEXT = 8192
const SPACE = 32

/**
 * For segmenters that never join what a space separates: the pieces of a text are then the pieces of its words, in turn.
 * @param segment a whole text; asked where a word cannot be remembered
 * @param segmentWord a word; null where its pieces are not the same in every text
 */
export function rememberWords<Piece>(
  segment: (text: string) => Piece[],
  segmentWord: (word: string) => readonly Piece[] | null,
): (text: string) => Piece[] {
  // A table of our own: a word is found in it by its letters in the text, before there is a string of it.
  const slots = new Int32Array(SLOTS) // 0, or 1 + the number of a word
  const hashes = new Int32Array(MOST_WORDS)
  const words: string[] = []
  const known: (readonly Piece[] | null)[] = []

  const piecesOf = (text: string, start: number, end: number, hash: number): readonly Piece[] | null => {
    if (end - start > LONGEST_WORD) return null
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1)
    for (let held = slots[slot] ?? 0; held !== 0; held = slots[slot] ?? 0) {
      const word = words[held - 1] ?? ''
      if (hashes[held - 1] === hash && word.length === end - start && text.startsWith(word, start))
        return known[held - 1] ?? null
      slot = (slot + 1) & (SLOTS - 1)
    }
    const word = text.slice(start, end)
    const pieces = segmentWord(word)
    // Frequent words are met again at once, so forgetting everything costs little and needs no bookkeeping.
    if (words.length >= MOST_WORDS) {
      slots.fill(0)
      words.length = known.length = 0
      slot = (hash ^ (hash >>> 15)) & (SLOTS - 1)
    }
    hashes[words.length] = hash
    slots[slot] = words.push(word)
    known.push(pieces)
    return pieces
  }

  return (text) => {
    if (text.length > LONGEST_TEXT) return segment(text)
    const all: Piece[] = []
    for (let start = 0; start < text.length; start++) {
      let end = start
      let hash = 0
      for (; end < text.length; end++) {
        const unit = text.charCodeAt(end)
        if (unit === SPACE) break
        hash = (Math.imul(hash, 0x01000193) ^ unit) | 0
      }
      if (end > start) {
        const pieces = piecesOf(text, start, end, hash)
        if (pieces === null) return segment(text)
        for (const piece of pieces) all.push(piece)
      }
      start = end
    }
    return all
  }
}
