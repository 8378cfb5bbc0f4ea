// A speech as one string → its sentences, cleaned, those of 6 to 40 words that read as whole sentences.

export const SHORTEST = 6
export const LONGEST = 40

const ABBREVIATIONS = new Set(
  (
    'mr mrs ms messrs dr st mt ft gen col maj capt lt sgt adm com gov sen rep hon rev pres sec secy treas supt prof esq ' +
    'jan feb mar apr aug sept sep oct nov dec no nos art arts cl vol vols pp par pars ch fig ex doc stat ' +
    'co cos corp inc ltd bros dept bur etc viz vs al jr sr inst ult prox cts ct per cent lbs lb oz yds'
  ).split(' '),
)

/**
 * @param {string} text
 * @returns {string[]}
 */
export function wholeSentences(text) {
  return splitSentences(clean(text)).filter(isWhole)
}

/** @param {string} sentence */
export function countWords(sentence) {
  return sentence.split(' ').length
}

/**
 * Typography says more about the printer than about the era: quotes, dashes and spaces are made alike.
 * @param {string} text
 */
function clean(text) {
  return text
    .normalize('NFKC')
    .replace(/[\u2018\u2019\u201b\u0060\u00b4]/g, "'")
    .replace(/[\u201c\u201d\u201e]/g, '"')
    .replace(/\s*(?:[\u2013\u2014\u2015]|--+|(?<=[A-Za-z]{2})- )\s*/g, ' - ')
    .replace(/\[[^\]]*\]/g, ' ') // [Applause]
    .replace(/[\s\u0000-\u001f\u007f-\u009f\u00a0]+/g, ' ')
    .trim()
}

/**
 * Splits behind . ! ? where the next sentence starts, and not behind abbreviations, initials and numbers such as "No. 5".
 * @param {string} text
 * @returns {string[]}
 */
export function splitSentences(text) {
  const sentences = []
  let start = 0
  for (const match of text.matchAll(/[.!?]+["')]*(?= ["'(]?[A-Z0-9])/g)) {
    const before = text.slice(start, match.index)
    if (
      match[0].startsWith('.') &&
      match[0].length === 1 &&
      endsInAbbreviation(before, text.slice(match.index + 2))
    )
      continue
    sentences.push((before + match[0]).trim())
    start = match.index + match[0].length
  }
  const rest = text.slice(start).trim()
  return rest === '' ? sentences : [...sentences, rest]
}

/**
 * @param {string} before
 * @param {string} after
 */
function endsInAbbreviation(before, after) {
  const word = before.slice(before.lastIndexOf(' ') + 1).replace(/^["'(]+/, '')
  if (/^[A-Z]$/.test(word))
    return !(word === 'I' && /^(?:We|The|It|In|But|And|This|My|You|They) /.test(after)) // J. Q. Adams
  if (/^(?:[A-Za-z]\.)+[A-Za-z]$/.test(word)) return !/^(?:The|It|In|But|And|We|This|He|They|I) /.test(after) // U.S. Government
  if (/^[IVX]+$/.test(word) || /^\d+$/.test(word)) return before.trim().length <= word.length + 1 // "II. Trade": a number before a heading
  return (
    (ABBREVIATIONS.has(word.toLowerCase()) &&
      /^[A-Z]/.test(word[0] === word[0]?.toUpperCase() ? word : '')) ||
    isUnit(word, after)
  )
}

/**
 * "Nos. 4", "cts. 5": lower-case abbreviations count only before a number.
 * @param {string} word
 * @param {string} after
 */
function isUnit(word, after) {
  return ABBREVIATIONS.has(word) && /^\d/.test(after)
}

/** @param {string} sentence */
function isWhole(sentence) {
  const words = countWords(sentence)
  return (
    words >= SHORTEST &&
    words <= LONGEST &&
    /^[A-Z]/.test(sentence) &&
    /[a-z)'][.!?]$/.test(sentence) &&
    !/["\t\n\\|*_<>{}~^]/.test(sentence) && // quotations, tables, markup
    !/[^\x20-\x7e]/.test(sentence) &&
    !/\b[A-Z]{3,}\b[^a-z]*\b[A-Z]{3,}\b/.test(sentence) && // a heading that ran into the text
    !/^[IVX]+\. /.test(sentence) &&
    (sentence.match(/[A-Za-z]{2,}/g)?.length ?? 0) >= words * 0.6 // not a column of figures
  )
}
