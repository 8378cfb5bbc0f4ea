// The corpus as ids, by the worker threads of a run or in one thread; or as features, from the table on, the way a run makes them.
import { readFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Example } from '../../data/example.ts'
import { randomBits } from '../../spec/random-bits.ts'
import { loadTokenizer } from '../../text/tokenizer.ts'
import { featureMaker } from '../../train/features/feature-maker.ts'
import { LABELS } from '../scratch.ts'
import type { Measured, Work } from '../work.ts'
import { cpuSeconds, peakMemory } from './process-figures.ts'
import { requestOf } from './request.ts'
import { watched } from './training.ts'

/** MB/s of each preparation: the table read, checked, tokenised and made into features, by as many threads as a run takes. */
export async function measurePreparation(work: Work): Promise<Measured> {
  const text = await corpusOf(work)
  return passes(work, text, async () => {
    const request = requestOf(work, { files: { test: 'corpus.tsv' }, labels: LABELS, hyperparameters: {} })
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
  return passes(work, text, async () => {
    const files = filesOf(work)
    const tokenizer = await loadTokenizer(files)
    const threads = os.cpus().length
    const maker = featureMaker('labelled', settings, { files, tokenizer, threads })
    // The program is started and compiled as the peer's is, but no word of the corpus is known.
    await Promise.all(Array.from({ length: 4 * threads }, () => maker.make(unheardOf(work.seed))))
    const started = performance.now()
    const made = await Promise.all(chunks.map((chunk) => maker.make(chunk)))
    const milliseconds = performance.now() - started
    await maker.close()
    tokenizer.close()
    if (maker.trouble() !== null || made.some(({ tokens }, at) => tokens.length !== chunks[at]?.length))
      throw new Error(`The corpus was not tokenised. ${maker.trouble() ?? ''}`)
    return milliseconds
  })
}

/** MB/s of each pass over the lines, in this thread. */
export async function measureLines(work: Work): Promise<Measured> {
  const text = await corpusOf(work)
  const lines = text.trimEnd().split('\n')
  return passes(work, text, async () => {
    // A tokenizer of its own for each pass: what it remembers of words has to be earned every time.
    const tokenizer = await loadTokenizer(filesOf(work))
    const list = { ids: new Int32Array(1 << 16), used: 0 }
    const started = performance.now()
    for (const line of lines) tokenizer.encodeInto(line, list)
    const milliseconds = performance.now() - started
    tokenizer.close()
    if (list.used < lines.length) throw new Error('The corpus was not tokenised.')
    return milliseconds
  })
}

function filesOf({ folder }: Work) {
  return { spm_model_file: path.join(folder, '30k-clean.model'), vocab_file: null, do_lower_case: true }
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

/** Sentences of words that no language has. */
function unheardOf(seed: number): Example[] {
  const next = randomBits(seed, 0x776f7264, 0x73)
  const word = (): string => {
    const number = next() % 5000
    return `x${(number * 7919).toString(3).replaceAll('0', 'q').replaceAll('1', 'vz').replaceAll('2', 'jk')}`
  }
  const sentence = (): string => Array.from({ length: 25 }, word).join(' ')
  return chunksOf(Array.from({ length: 500 }, sentence)).flat()
}

function corpusOf({ folder }: Work): Promise<string> {
  return readFile(path.join(folder, 'corpus.txt'), 'utf8')
}

async function passes({ steps }: Work, text: string, pass: () => Promise<number>): Promise<Measured> {
  const cpu = cpuSeconds()
  const values: number[] = []
  for (let done = 0; done < steps; done++) values.push(Buffer.byteLength(text) / 1000 / (await pass()))
  return { values, peak_memory_bytes: peakMemory(), cpu_seconds: cpuSeconds() - cpu }
}
