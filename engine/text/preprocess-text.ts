// The clean-up before SentencePiece: raw text in, text with single spaces, no accents and (if asked) no capitals out.
import { dropCombining, splitAtSpace, wellFormed } from './characters.ts'

/**
 * The original's `preprocess_text`: spaces, NFKD, combining characters, case, in that order. There is no mapping of quotes;
 * a space that NFKD makes is left alone, for SentencePiece collapses it.
 * @param remove_space false keeps white space as it is, which SQuAD's alignment needs
 */
export function preprocessText(text: string, { lower = false, remove_space = true } = {}): string {
  const spaced = remove_space ? splitAtSpace(text).join(' ') : text
  // Printable ASCII has nothing to decompose; most English lines leave here.
  const stripped = !/[^ -~]/.test(spaced) ? spaced : dropCombining(wellFormed(spaced).normalize('NFKD'))
  return lower ? stripped.toLowerCase() : stripped
}
