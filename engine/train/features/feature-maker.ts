// Examples in chunks in, what the model reads of them out, in their order: made in this thread, and by workers beside it.
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Tokenizer, VocabularyFiles } from '../../text/tokenizer.ts'
import type { Answer, Chunk, WorkerStart } from './feature-worker.ts'
import {
  featurizerOf,
  type ExampleOf,
  type FeaturizerName,
  type MadeOf,
  type SettingsOf,
} from './featurizers.ts'

export type FeatureMaker<Name extends FeaturizerName> = {
  /** Workers beside this thread. */
  threads: number
  make(examples: readonly ExampleOf<Name>[]): Promise<MadeOf<Name>>
  /** When every worker has begun, or could not. Nobody has to wait for it: until then chunks are made in this thread. */
  ready: Promise<void>
  /** Why this thread had to do what the workers were to do; null when it did not. */
  trouble(): string | null
  close(): Promise<void>
}

/** Bytes of a source from which workers pay. */
export const WORKERS_FROM = 32 << 20

const MOST_WORKERS = 4

/** Chunks that a worker holds, so that it never waits for the next one. */
const AT_HAND = 2

/** For a large source a worker on every core but this thread's. */
export function threadsFor(bytes: number, cores = os.cpus().length): number {
  return bytes < WORKERS_FROM ? 0 : Math.min(cores - 1, MOST_WORKERS)
}

/** @param options.threads how many workers; 0 for none */
export function featureMaker<Name extends FeaturizerName>(
  name: Name,
  settings: SettingsOf<Name>,
  { files, tokenizer, threads }: { files: VocabularyFiles; tokenizer: Tokenizer; threads: number },
): FeatureMaker<Name> {
  type Waiting = {
    sent: unknown
    resolve(made: MadeOf<Name>): void
    reject(error: unknown): void
  }
  const featurizer = featurizerOf(name)
  const start: WorkerStart = { files, name, settings }
  const hands = Array.from({ length: threads }, () => startHand(start))
  const queue: Waiting[] = []
  let trouble: string | null = null
  let isTurnDue = false

  const here = ({ sent, resolve, reject }: Waiting): void => {
    try {
      resolve(featurizer.make(sent, tokenizer, settings))
    } catch (error) {
      reject(error)
    }
  }
  const handOver = (one: Waiting, hand: Hand): void => {
    hand.ask(one.sent).then(
      (made) => {
        one.resolve(made as MadeOf<Name>)
        deal()
      },
      (error: unknown) => {
        here(one) // a fault of the examples comes up again here, as the error that it is
        trouble ??= reasonOf(error)
        deal()
      },
    )
  }
  /** Workers come first. What they do not take is made here, chunk by chunk: in between their answers are heard. */
  const deal = (): void => {
    while (queue.length > 0) {
      const free = hands.reduce((least, hand) => (hand.waiting() < least.waiting() ? hand : least))
      if (free.waiting() >= AT_HAND) break
      handOver(queue.shift()!, free)
    }
    if (queue.length === 0 || isTurnDue) return
    isTurnDue = true
    setImmediate(() => {
      isTurnDue = false
      const next = queue.shift()
      if (next !== undefined) here(next)
      deal()
    })
  }
  const begun = hands.map((hand) => hand.begun.catch((error: unknown) => void (trouble ??= reasonOf(error))))
  return {
    threads,
    make: (examples) =>
      new Promise((resolve, reject) => {
        const one = { sent: featurizer.pack(examples, settings), resolve, reject }
        if (threads === 0) return here(one)
        queue.push(one)
        deal()
      }),
    ready: Promise.all(begun).then(() => undefined),
    trouble: () => trouble,
    close: async () => {
      await Promise.all(hands.map((hand) => hand.end()))
    },
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

type Hand = {
  begun: Promise<void>
  /** Chunks that it has not answered; Infinity before it has begun and when it is gone. */
  waiting(): number
  ask(sent: unknown): Promise<unknown>
  end(): Promise<unknown>
}

function startHand(start: WorkerStart): Hand {
  const worker = new Worker(workerProgram(), { workerData: start })
  const asked = new Map<number, { resolve(made: unknown): void; reject(error: Error): void }>()
  let last = 0
  let isBegun = false
  let gone: Error | null = null
  let begin = { resolve: (): void => undefined, reject: (_: Error): void => undefined }
  const begun = new Promise<void>((resolve, reject) => (begin = { resolve, reject }))
  const leave = (error: Error): void => {
    gone ??= error
    begin.reject(gone)
    for (const { reject } of asked.values()) reject(gone)
    asked.clear()
  }
  worker.on('message', (answer: Answer) => {
    if ('begun' in answer) {
      isBegun = true
      return begin.resolve()
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
    ask: (sent) =>
      new Promise((resolve, reject) => {
        if (gone !== null) return reject(gone)
        const chunk: Chunk = { id: ++last, sent }
        asked.set(chunk.id, { resolve, reject })
        worker.postMessage(chunk)
      }),
    end: () => {
      begin.resolve() // nobody is to hear that it did not
      return worker.terminate()
    },
  }
}

/** The worker's own bundle beside this one, or its source beside this source. */
function workerProgram(): string {
  const here = typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url)
  return path.join(path.dirname(here), `feature-worker${path.extname(here)}`)
}

/** Hands chunks to the maker, a few ahead of what is read of it, and closes it in the end. */
export async function* inOrder<Name extends FeaturizerName>(
  chunks: AsyncIterable<ExampleOf<Name>[]> | Iterable<ExampleOf<Name>[]>,
  maker: FeatureMaker<Name>,
): AsyncGenerator<{ examples: ExampleOf<Name>[]; made: MadeOf<Name> }> {
  const under_way: { examples: ExampleOf<Name>[]; made: Promise<MadeOf<Name>> }[] = []
  try {
    for await (const examples of chunks) {
      const made = maker.make(examples)
      made.catch(() => undefined) // looked at when its turn comes
      under_way.push({ examples, made })
      const first = under_way.length > 2 * maker.threads ? under_way.shift() : undefined
      if (first !== undefined) yield { examples: first.examples, made: await first.made }
    }
    for (const { examples, made } of under_way) yield { examples, made: await made }
  } finally {
    await maker.close()
  }
}

/** Examples in chunks of about as many characters as one turn may take. */
export async function* chunked<Example>(
  examples: AsyncIterable<Example> | Iterable<Example>,
  charactersOf: (example: Example) => number,
  { threads }: { threads: number },
): AsyncGenerator<Example[]> {
  const most = threads === 0 ? 1 << 14 : 1 << 17
  let chunk: Example[] = []
  let characters = 0
  for await (const example of examples) {
    chunk.push(example)
    characters += charactersOf(example)
    if (characters < most) continue
    yield chunk
    chunk = []
    characters = 0
  }
  if (chunk.length > 0) yield chunk
}
