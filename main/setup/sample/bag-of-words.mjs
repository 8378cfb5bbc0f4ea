// The baseline that a model has to be compared with: multinomial naive Bayes over words, knowing nothing of their order.

/** @typedef {{ sentence: string, label: string }} Row */

/**
 * @param {readonly Row[]} rows
 * @returns {(sentence: string) => string} the label it gives to a sentence
 */
export function trainBagOfWords(rows) {
  /** @type {Map<string, { rows: number, words: number, counts: Map<string, number> }>} */
  const classes = new Map()
  const vocabulary = new Set()
  for (const { sentence, label } of rows) {
    const found = classes.get(label) ?? { rows: 0, words: 0, counts: new Map() }
    classes.set(label, found)
    found.rows += 1
    for (const word of wordsOf(sentence)) {
      vocabulary.add(word)
      found.words += 1
      found.counts.set(word, (found.counts.get(word) ?? 0) + 1)
    }
  }
  return (sentence) => {
    const words = wordsOf(sentence).filter((word) => vocabulary.has(word))
    let best = { label: '', score: -Infinity }
    for (const [label, { rows: count, words: total, counts }] of classes) {
      let score = Math.log(count / rows.length)
      for (const word of words) score += Math.log(((counts.get(word) ?? 0) + 1) / (total + vocabulary.size)) // Laplace
      if (score > best.score) best = { label, score }
    }
    return best.label
  }
}

/**
 * @param {(sentence: string) => string} classify
 * @param {readonly Row[]} rows
 */
export function accuracyOf(classify, rows) {
  return rows.filter(({ sentence, label }) => classify(sentence) === label).length / rows.length
}

/** @param {string} sentence */
function wordsOf(sentence) {
  return sentence.toLowerCase().match(/[a-z']+|\d+/g) ?? []
}
