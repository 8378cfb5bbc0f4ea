// The vocabulary of a run in, worker threads that tokenise with it out: begun ahead, while other things are still made ready.
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Tokenizer, VocabularyFiles } from '../../text/tokenizer.ts'
import type { Answer, Chunk } from './feature-worker.ts'

export type Workers = {
  hands: readonly Hand[]
  /** When every one has begun, or could not. Nobody has to wait for it: until then this thread does all. */
  ready: Promise<void>
  /** Why one could not begin; null when each did. */
  trouble(): string | null
  close(): Promise<void>
}

/** The tokenizer of this thread, and the threads beside it that have their own. */
export type Tokenizing = { tokenizer: Tokenizer; workers: Workers }

/** Bytes of all that is read from which workers pay, also where other programs take part of the cores that they begin on. */
export const WORKERS_FROM = 16 << 20

const MOST_WORKERS = 4

/** For much text a worker on every core but this thread's. */
export function threadsFor(bytes: number, cores = os.cpus().length): number {
  return bytes < WORKERS_FROM ? 0 : Math.min(cores - 1, MOST_WORKERS)
}

/** @param threads how many; 0 for none */
export function startWorkers(files: VocabularyFiles, threads: number): Workers {
  const hands = Array.from({ length: threads }, () => startHand(files))
  let trouble: string | null = null
  const begun = hands.map(async (hand) => {
    const reason = await hand.begun
    trouble ??= reason
  })
  return {
    hands,
    ready: Promise.all(begun).then(() => undefined),
    trouble: () => trouble,
    async close() {
      await Promise.all(hands.map((hand) => hand.end()))
    },
  }
}

/** What a worker is asked through. */
export type Hand = {
  /** Null once chunks may come; else why they may not. */
  begun: Promise<string | null>
  /** Chunks that it has not answered; Infinity before it has begun and when it is gone. */
  waiting(): number
  ask(work: Omit<Chunk, 'id'>): Promise<unknown>
  end(): Promise<unknown>
}

function startHand(files: VocabularyFiles): Hand {
  const worker = new Worker(workerProgram(), { workerData: files })
  const asked = new Map<number, { resolve(made: unknown): void; reject(error: Error): void }>()
  let last = 0
  let isBegun = false
  let gone: Error | null = null
  let begin: (reason: string | null) => void = () => undefined
  const begun = new Promise<string | null>((resolve) => (begin = resolve))
  const leave = (error: Error): void => {
    gone ??= error
    begin(gone.message)
    for (const { reject } of asked.values()) reject(gone)
    asked.clear()
  }
  worker.on('message', (answer: Answer) => {
    if ('begun' in answer) {
      isBegun = true
      return begin(null)
    }
    const waiting = asked.get(answer.id)
    asked.delete(answer.id)
    if ('made' in answer) waiting?.resolve(answer.made)
    else waiting?.reject(new Error(answer.failed))
  })
  worker.on('error', leave)
  worker.on('exit', (code) => leave(new Error(`A worker thread ended with code ${code}.`)))
  return {
    begun,
    waiting: () => (isBegun && gone === null ? asked.size : Infinity),
    ask: (work) =>
      new Promise((resolve, reject) => {
        if (gone !== null) return reject(gone)
        const chunk: Chunk = { id: ++last, ...work }
        asked.set(chunk.id, { resolve, reject })
        worker.postMessage(chunk)
      }),
    end: () => {
      begin(null) // nobody is to hear that it did not, nor of what it has not answered
      asked.clear()
      return worker.terminate()
    },
  }
}

/** The worker's own bundle beside this one, or its source beside this source. */
function workerProgram(): string {
  const here = typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url)
  return path.join(path.dirname(here), `feature-worker${path.extname(here)}`)
}
