// The words of the addresses in, a WordPiece vocabulary of the size of the Chinese models' and lines of Chinese shape out: made up, the same everywhere.
import { randomBits } from '../spec/random-bits.ts'

/** Entries of the published Chinese vocabularies. */
const ENTRIES = 21_128
const IDEOGRAPHS = 7300
const ENGLISH_WORDS = 4000
const CORPUS_BYTES = 8_000_000
/** So that 100 ideographs are 56 % of the text, 1000 are 94 %, and of 1000 four are not in the vocabulary: about as in newspapers. */
const OF_IDEOGRAPHS = { offset: 100, exponent: 2.2 }
const OF_WORDS = { offset: 2, exponent: 1 }
const SEED = 3

const SPECIALS = ['[PAD]', ...numbered('[unused', 1, 99), '[UNK]', '[CLS]', '[SEP]', '[MASK]']
const ASCII = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at)).filter(
  (one) => !/[A-Z]/.test(one),
)
const PUNCTUATION = Array.from('，。、；：？！“”‘’（）《》【】—…·￥')

export type ChineseTexts = { vocabulary: string[]; lines: string[] }

/**
 * @param english lines whose words stand between the ideographs and, the frequent ones, in the vocabulary
 * @param bytes of the lines together, about
 */
export function chineseTexts(english: readonly string[], bytes = CORPUS_BYTES): ChineseTexts {
  const words = wordsByFrequency(english)
  const ideographs = someIdeographs()
  const common = ideographs.slice(0, IDEOGRAPHS)
  const vocabulary = vocabularyOf(common, words)
  return { vocabulary, lines: linesOf(ideographs, words, bytes) }
}

/** Of the 20 902 ideographs of the oldest block, in an order that the seed decides: the first are the frequent ones. */
function someIdeographs(): string[] {
  const next = randomBits(SEED, 0x68616e, 0x7a69)
  return Array.from({ length: 20_902 }, (_, at) => ({
    ideograph: String.fromCharCode(0x4e00 + at),
    at: next(),
  }))
    .sort((a, b) => a.at - b.at)
    .map(({ ideograph }) => ideograph)
}

/** Ideographs alone and after another, words, letters and digits likewise, endings: as in the published vocabularies. */
function vocabularyOf(ideographs: readonly string[], words: readonly string[]): string[] {
  const small = [...new Set(words.map((word) => word.toLowerCase()))].filter((word) =>
    /^[a-z]{2,}$/.test(word),
  )
  const endings = small.flatMap((word) => [1, 2, 3, 4].map((from) => `##${word.slice(-from)}`))
  const years = numbered('', 1800, 2030, '')
  const all = new Set([
    ...SPECIALS,
    ...ASCII,
    ...PUNCTUATION,
    ...ideographs,
    ...years,
    ...small.slice(0, ENGLISH_WORDS),
    ...ASCII.map((one) => `##${one}`),
    ...ideographs.map((one) => `##${one}`),
    ...endings,
  ])
  return [...all].slice(0, ENTRIES)
}

function wordsByFrequency(english: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const line of english)
    for (const word of line.match(/[A-Za-z]+/g) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([word]) => word)
}

/**
 * Clauses of 4 to 16 ideographs, a number in every tenth clause, one or two English words in every twentieth, quotes around every
 * thirtieth; a line has 1 to 8 clauses with marks between them.
 */
function linesOf(ideographs: readonly string[], words: readonly string[], most: number): string[] {
  const next = randomBits(SEED, 0x6c696e, 0x6573)
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit)
  const ideograph = drawn(ideographs, OF_IDEOGRAPHS, next)
  const word = drawn(words, OF_WORDS, next)
  const clause = (): string => {
    let text = ''
    for (let left = 4 + below(13); left > 0; left--) text += ideograph()
    if (below(10) === 0)
      text += `${below(2) === 0 ? 1800 + below(230) : below(100_000)}${below(3) === 0 ? '%' : ''}`
    if (below(20) === 0) text += below(2) === 0 ? word() : ` ${word()} ${word()} `
    return below(30) === 0 ? `“${text}”` : text
  }
  const lines: string[] = []
  for (let bytes = 0; bytes < most;) {
    let line = ''
    for (let left = 1 + below(8); left > 1; left--)
      line += clause() + (below(8) === 0 ? PUNCTUATION.slice(2)[below(4)]! : '，')
    line += clause() + (below(12) === 0 ? '？' : '。')
    lines.push(line)
    bytes += Buffer.byteLength(line) + 1
  }
  return lines
}

/** Draws by Mandelbrot's law: the one at rank r comes in proportion to (r + offset) to the power of −exponent. */
function drawn(
  all: readonly string[],
  { offset, exponent }: { offset: number; exponent: number },
  next: () => number,
): () => string {
  const sums = new Float64Array(all.length)
  let sum = 0
  for (let rank = 0; rank < all.length; rank++) sums[rank] = sum += (1 + rank + offset) ** -exponent
  return () => {
    const wanted = (next() / 2 ** 32) * sum
    let [low, high] = [0, all.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? 0) > wanted) high = middle
      else low = middle + 1
    }
    return all[low] ?? ''
  }
}

function numbered(before: string, from: number, to: number, behind = ']'): string[] {
  return Array.from({ length: to - from + 1 }, (_, at) => `${before}${from + at}${behind}`)
}
