// A generated TSV of a gigabyte in; how fast it comes to its table of faults, in how much memory, and how soon the host answers meanwhile, out.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { readAddresses } from '../../../engine/bench/corpus.ts'
import { peakMemory } from '../../../engine/bench/ours/process-figures.ts'
import type { Measured, Work } from '../../../engine/bench/work.ts'
import { createHost } from '../create-host.ts'
import { measureTurns } from '../testing/longest-turn.ts'
import type { Draft } from './draft-task.ts'

const BYTES = 1e9
const ROWS_A_PIECE = 2000
/** Every so many rows one lacks a column, or has no known label. */
const FAULTY = 1000
const COLUMNS = ['id', 'sentence1', 'sentence2', 'label'] as const

/** MB/s of `datasets.check`, as the window asks for it. */
export async function measureTable({ folder }: Work): Promise<Measured> {
  const own = mkdtempSync(path.join(folder, 'table-'))
  const checkout = process.cwd()
  try {
    const file = path.join(own, 'train.tsv')
    writeTable(file, checkout)
    const host = await createHost({
      data_dir: path.join(own, 'data'),
      assets_dir: path.join(checkout, 'assets'),
      tensorflow_dir: null,
      version: '0.0.0',
      shell: 'memory',
      runtime: 'bench',
      files: 'in-place',
      fork: () => {
        throw new Error('Nothing is trained here.')
      },
    })
    const { file_id, bytes } = await host.registerFile(file)
    const before = process.memoryUsage.rss()
    const answers = askAllTheTime(() => host.handlers['datasets.list']({}))
    const turns = measureTurns()
    const started = performance.now()
    const { fault_count, rows } = await host.handlers['datasets.check'](draftOf(file_id))
    const seconds = (performance.now() - started) / 1000
    const longest = turns()
    const slowest = await answers()
    const peak_memory_bytes = peakMemory()
    await host.close()
    const note = [
      `${rows.train} rows, ${fault_count} faults`,
      `${Math.round((peak_memory_bytes - before) / 1e6)} MB more than before`,
      `longest turn of the host ${longest.toFixed(0)} ms`,
      `slowest of its answers after ${slowest.toFixed(0)} ms`,
    ].join('; ')
    return { values: [bytes / 1e6 / seconds], peak_memory_bytes, note }
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}

function draftOf(train: string): Draft {
  const [guid, text_a, text_b, label] = COLUMNS
  return {
    name: 'Large',
    kind: 'classification',
    layout: 'table',
    task_name: null,
    format: { delimiter: '\t', quote: null, encoding: 'utf-8' },
    header: true,
    columns: { guid, text_a, text_b, label, question: null, answer_start: null, options: [] },
    labels: ['entailment', 'not_entailment'],
    label_aliases: {},
    files: { train, dev: null, test: null },
    dev_share: 0.1,
    seed: 1,
    skip_faulty_rows: false,
    skip_faults: [],
    work_id: 'large',
  }
}

/** Pairs of sentences of real speeches, and faults among them. */
function writeTable(file: string, checkout: string): void {
  const sentences = readAddresses(checkout).flatMap((address) => address.sentences)
  let state = 1
  const pick = (): string => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return sentences[Math.floor((state / 2 ** 32) * sentences.length)] ?? ''
  }
  const opened = openSync(file, 'wx')
  let row = 0
  for (let size = writeSync(opened, `${COLUMNS.join('\t')}\n`); size < BYTES;) {
    const lines: string[] = []
    for (let at = 0; at < ROWS_A_PIECE; at++, row++) {
      const label = row % 3 === 0 ? 'entailment' : row % FAULTY === 7 ? 'entails' : 'not_entailment'
      lines.push(row % FAULTY === 11 ? `${row}\t${pick()}\n` : `${row}\t${pick()}\t${pick()}\t${label}\n`)
    }
    size += writeSync(opened, lines.join(''))
  }
  closeSync(opened)
}

/** @returns what ends the asking, with the longest that an answer took, in milliseconds */
function askAllTheTime(ask: () => Promise<unknown>): () => Promise<number> {
  const ended = new AbortController()
  let slowest = 0
  const asking = (async () => {
    while (!ended.signal.aborted) {
      const asked = performance.now()
      await new Promise((resolve) => setImmediate(resolve))
      await ask()
      slowest = Math.max(slowest, performance.now() - asked)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  return async () => {
    ended.abort()
    await asking
    return slowest
  }
}
