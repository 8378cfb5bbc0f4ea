// Examples in chunks in, what the model reads of them out, in their order: made in this thread, or by workers beside it.
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Tokenizer, VocabularyFiles } from '../../text/tokenizer.ts'
import type { Answer, Chunk, WorkerStart } from './feature-worker.ts'
import {
  featurize,
  type ExampleOf,
  type FeaturizerName,
  type MadeOf,
  type SettingsOf,
} from './featurizers.ts'

export type FeatureMaker<Name extends FeaturizerName> = {
  threads: number
  make(examples: readonly ExampleOf<Name>[]): Promise<MadeOf<Name>>
  /** Why this thread had to do what the workers were to do; null when it did not. */
  trouble(): string | null
  close(): Promise<void>
}

/** Bytes of a source from which workers pay: two need about as long for 30 MB, their start included, as this thread. */
export const WORKERS_FROM = 32 << 20

const MOST_WORKERS = 4

/** Workers for a large source, where there is a second core; else this thread. */
export function threadsFor(bytes: number, cores = os.cpus().length): number {
  return bytes < WORKERS_FROM || cores < 2 ? 0 : Math.min(cores, MOST_WORKERS)
}

/** @param options.threads how many workers; 0 for none */
export function featureMaker<Name extends FeaturizerName>(
  name: Name,
  settings: SettingsOf<Name>,
  { files, tokenizer, threads }: { files: VocabularyFiles; tokenizer: Tokenizer; threads: number },
): FeatureMaker<Name> {
  const here = (examples: readonly ExampleOf<Name>[]): MadeOf<Name> =>
    featurize(name, examples, tokenizer, settings)
  if (threads === 0) {
    return {
      threads,
      make: (examples) =>
        new Promise((resolve) => {
          resolve(here(examples))
        }),
      trouble: () => null,
      close: () => Promise.resolve(),
    }
  }
  const start: WorkerStart = { files, name, settings }
  const hands = Array.from({ length: threads }, () => startHand(start))
  let trouble: string | null = null
  return {
    threads,
    async make(examples) {
      const free = hands.reduce((least, hand) => (hand.waiting() < least.waiting() ? hand : least))
      try {
        return (await free.ask(examples)) as MadeOf<Name>
      } catch (error) {
        // A fault of the examples comes up again here, as the error that it is.
        const made = here(examples)
        trouble = error instanceof Error ? error.message : String(error)
        return made
      }
    },
    trouble: () => trouble,
    close: async () => {
      await Promise.all(hands.map((hand) => hand.end()))
    },
  }
}

type Hand = {
  /** Chunks that it has not answered; Infinity when it is gone. */
  waiting(): number
  ask(examples: Chunk['examples']): Promise<unknown>
  end(): Promise<unknown>
}

function startHand(start: WorkerStart): Hand {
  const worker = new Worker(workerProgram(), { workerData: start })
  const asked = new Map<number, { resolve(made: unknown): void; reject(error: Error): void }>()
  let last = 0
  let gone: Error | null = null
  const leave = (error: Error): void => {
    gone ??= error
    for (const { reject } of asked.values()) reject(gone)
    asked.clear()
  }
  worker.on('message', (answer: Answer) => {
    const waiting = asked.get(answer.id)
    asked.delete(answer.id)
    if ('made' in answer) waiting?.resolve(answer.made)
    else waiting?.reject(new Error(answer.failed))
  })
  worker.on('error', leave)
  worker.on('exit', (code) => leave(new Error(`A worker thread ended with code ${code}.`)))
  return {
    waiting: () => (gone === null ? asked.size : Infinity),
    ask: (examples) =>
      new Promise((resolve, reject) => {
        if (gone !== null) return reject(gone)
        const chunk: Chunk = { id: ++last, examples }
        asked.set(chunk.id, { resolve, reject })
        worker.postMessage(chunk)
      }),
    end: () => worker.terminate(),
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
