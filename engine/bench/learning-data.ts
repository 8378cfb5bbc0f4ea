// The addresses in, two tasks that a small model can learn from nothing out, as files of train and dev rows; no address is in both.
import { randomBits } from '../spec/random-bits.ts'
import { shuffled, wordsOf, type Address } from './corpus.ts'

const SEED = 7
const DEV_SHARE = 0.25
const PAIRS = { train: 12_000, dev: 2000 }
const SENTENCES = { train: 6000, dev: 2000 }
const LEAST_YEARS_APART = 60

export const LEARNING_LABELS: Record<string, [string, string]> = {
  era: ['early', 'modern'],
  order: ['first', 'second'],
}

type Spoken = { text: string; year: number }

/** `era`: was the sentence said up to 1860 or from 1946 on? `order`: which of two sentences, sixty years apart or more, is older? */
export function learningRows(addresses: readonly Address[]): Record<string, { train: string; dev: string }> {
  const mixed = shuffled(addresses, SEED)
  const dev = Math.round(mixed.length * DEV_SHARE)
  const splits = { dev: spokenIn(mixed.slice(0, dev)), train: spokenIn(mixed.slice(dev)) }
  return {
    era: { train: era(splits.train, SENTENCES.train), dev: era(splits.dev, SENTENCES.dev) },
    order: { train: order(splits.train, PAIRS.train), dev: order(splits.dev, PAIRS.dev) },
  }
}

function spokenIn(addresses: readonly Address[]): Spoken[] {
  const spoken = addresses.flatMap(({ year, sentences }) =>
    sentences.filter((text) => wordsOf(text) >= 6 && wordsOf(text) <= 40).map((text) => ({ text, year })),
  )
  return shuffled(spoken, SEED)
}

function era(spoken: readonly Spoken[], rows: number): string {
  const early = spoken.filter(({ year }) => year <= 1860).slice(0, rows / 2)
  const modern = spoken.filter(({ year }) => year >= 1946).slice(0, rows / 2)
  const labelled = [
    ...early.map(({ text }) => `${text}\tearly`),
    ...modern.map(({ text }) => `${text}\tmodern`),
  ]
  return ['text\tlabel', ...shuffled(labelled, SEED), ''].join('\n')
}

function order(spoken: readonly Spoken[], rows: number): string {
  const next = randomBits(SEED, rows, 0)
  const drawn = (): Spoken => spoken[next() % spoken.length]!
  const lines = ['text\tother\tlabel']
  while (lines.length <= rows) {
    const [a, b] = [drawn(), drawn()]
    if (Math.abs(a.year - b.year) < LEAST_YEARS_APART) continue
    lines.push(`${a.text}\t${b.text}\t${a.year < b.year ? 'first' : 'second'}`)
  }
  return [...lines, ''].join('\n')
}
