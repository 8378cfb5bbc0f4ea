// The corpus as ids, by the worker threads of a run or in one thread; or as features, from the table on, the way a run makes them.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Example } from '../../data/example.ts'
import { randomBits } from '../../spec/random-bits.ts'
import { loadTokenizer } from '../../text/tokenizer.ts'
import { push, type IdList } from '../../text/word-table.ts'
import { featureMaker } from '../../train/features/feature-maker.ts'
import { startWorkers } from '../../train/features/workers.ts'
import { LABELS } from '../scratch.ts'
import type { Measured, Work } from '../work.ts'
import { cpuSeconds, peakMemory } from './process-figures.ts'
import { requestOf, vocabularyIn } from './request.ts'
import { watched } from './training.ts'

/** MB/s of each preparation: the table read, checked, tokenised and made into features, by as many threads as a run takes. */
export async function measurePreparation(work: Work): Promise<Measured> {
  const text = await corpusOf(work)
  const test = work.language === 'chinese' ? 'chinese.tsv' : 'corpus.tsv'
  return passes(work, text, async () => {
    const request = requestOf(work, { files: { test }, labels: LABELS, hyperparameters: {} })
    let started = performance.now()
    for await (const event of watched(request)) {
      if (event.type === 'phase' && event.phase === 'preparing' && event.done === 0)
        started = performance.now()
      if (event.type === 'split') break
    }
    return performance.now() - started
  })
}

/** MB/s of each pass over the lines, on all cores: from strings in this thread to arrays of ids in it. */
export async function measureIds(work: Work): Promise<Measured> {
  const text = await corpusOf(work)
  const chunks = chunksOf(text.trimEnd().split('\n'))
  const settings = { labels: null, max_seq_length: 1 << 14 }
  const ids: IdList = { ids: new Int32Array(1 << 16), used: 0 }
  const measured = await passes(work, text, async () => {
    const files = filesOf(work)
    const tokenizer = await loadTokenizer(files)
    const threads = os.cpus().length - 1 // and this one
    const workers = startWorkers(files, threads)
    const maker = featureMaker('labelled', settings, { tokenizer, workers })
    // The program is started and compiled as the peer's is, but no word of the corpus is known.
    await workers.ready
    const unknown = unheardOf(work)
    await Promise.all(Array.from({ length: 8 * (threads + 1) }, () => maker.make(unknown)))
    const started = performance.now()
    const made = await Promise.all(chunks.map((chunk) => maker.make(chunk)))
    const milliseconds = performance.now() - started
    await workers.close()
    tokenizer.close()
    if (maker.trouble() !== null || made.some(({ tokens }, at) => tokens.length !== chunks[at]?.length))
      throw new Error(`The corpus was not tokenised. ${maker.trouble() ?? ''}`)
    ids.used = 0
    for (const { input_ids, tokens } of made) {
      let at = 0
      for (const count of tokens) {
        for (const id of input_ids.subarray(at + 1, at + count)) push(ids, id) // [CLS] is left out
        at += count
      }
    }
    return milliseconds
  })
  return { ...measured, digest: digestOf(work, ids) }
}

/** MB/s of each pass over the lines, in this thread. */
export async function measureLines(work: Work): Promise<Measured> {
  const text = await corpusOf(work)
  const lines = text.trimEnd().split('\n')
  const list: IdList = { ids: new Int32Array(1 << 16), used: 0 }
  const measured = await passes(work, text, async () => {
    // A tokenizer of its own for each pass: what it remembers of words has to be earned every time.
    const tokenizer = await loadTokenizer(filesOf(work))
    list.used = 0
    const started = performance.now()
    for (const line of lines) {
      tokenizer.encodeInto(line, list)
      push(list, tokenizer.sep)
    }
    const milliseconds = performance.now() - started
    tokenizer.close()
    return milliseconds
  })
  return { ...measured, digest: digestOf(work, list) }
}

function filesOf(work: Work) {
  return { ...vocabularyIn(work), do_lower_case: true }
}

/** Of the ids of all lines, each with `[SEP]` at its end. C++ SentencePiece makes other ones: the clean-up before it is not its own. */
function digestOf({ language }: Work, { ids, used }: IdList): string | null {
  if (language === 'english') return null
  return createHash('sha256').update(ids.subarray(0, used)).digest('hex')
}

/** As large as the pieces in which a run reads a table. */
const CHUNK_CHARACTERS = 1 << 17

function chunksOf(lines: readonly string[]): Example[][] {
  const chunks: Example[][] = []
  let characters = Infinity
  for (const [line, text_a] of lines.entries()) {
    if (characters > CHUNK_CHARACTERS) {
      chunks.push([])
      characters = 0
    }
    chunks.at(-1)?.push({ guid: String(line), text_a, text_b: null, label: null, line })
    characters += text_a.length
  }
  return chunks
}

/** Sentences of words that no language has, or of ideographs that no vocabulary lists. */
function unheardOf({ seed, language }: Work): Example[] {
  const next = randomBits(seed, 0x776f7264, 0x73)
  const word = (): string => {
    const number = next() % 5000
    return `x${(number * 7919).toString(3).replaceAll('0', 'q').replaceAll('1', 'vz').replaceAll('2', 'jk')}`
  }
  const ideograph = (): string => String.fromCharCode(0x3400 + (next() % 6000))
  const sentence = (): string =>
    language === 'english'
      ? Array.from({ length: 25 }, word).join(' ')
      : `${Array.from({ length: 40 }, ideograph).join('')}，${word()}`
  return chunksOf(Array.from({ length: 500 }, sentence)).flat()
}

function corpusOf({ folder, language }: Work): Promise<string> {
  return readFile(path.join(folder, language === 'chinese' ? 'chinese.txt' : 'corpus.txt'), 'utf8')
}

async function passes({ steps }: Work, text: string, pass: () => Promise<number>): Promise<Measured> {
  const cpu = cpuSeconds()
  const values: number[] = []
  for (let done = 0; done < steps; done++) values.push(Buffer.byteLength(text) / 1000 / (await pass()))
  return { values, peak_memory_bytes: peakMemory(), cpu_seconds: cpuSeconds() - cpu }
}
