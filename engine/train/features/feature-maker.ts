// Examples in chunks in, what the model reads of them out, in their order: made in this thread, and by workers beside it.
import {
  featurizerOf,
  type ExampleOf,
  type FeaturizerName,
  type MadeOf,
  type SettingsOf,
} from './featurizers.ts'
import type { Hand, Tokenizing } from './workers.ts'

export type FeatureMaker<Name extends FeaturizerName> = {
  /** Workers beside this thread. */
  threads: number
  make(examples: readonly ExampleOf<Name>[]): Promise<MadeOf<Name>>
  /** Why this thread had to do what the workers were to do; null when it did not. */
  trouble(): string | null
}

/** Chunks that a worker holds, so that it never waits for the next one. */
const AT_HAND = 2
/** Chunks for this thread, while the oldest one is still at a worker. */
const HERE = 2

export function featureMaker<Name extends FeaturizerName>(
  name: Name,
  settings: SettingsOf<Name>,
  { tokenizer, workers }: Tokenizing,
): FeatureMaker<Name> {
  type Waiting = {
    sent: unknown
    resolve(made: MadeOf<Name>): void
    reject(error: unknown): void
  }
  const featurizer = featurizerOf(name)
  const { hands } = workers
  const threads = hands.length
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
    hand.ask({ name, settings, sent: one.sent }).then(
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
  return {
    threads,
    make: (examples) =>
      new Promise((resolve, reject) => {
        const one = { sent: featurizer.pack(examples, settings), resolve, reject }
        if (threads === 0) return here(one)
        queue.push(one)
        deal()
      }),
    trouble: () => trouble ?? workers.trouble(),
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Hands chunks to the maker, a few ahead of what is read of it. */
export async function* inOrder<Name extends FeaturizerName>(
  chunks: AsyncIterable<ExampleOf<Name>[]> | Iterable<ExampleOf<Name>[]>,
  maker: FeatureMaker<Name>,
): AsyncGenerator<{ examples: ExampleOf<Name>[]; made: MadeOf<Name> }> {
  const ahead = maker.threads === 0 ? 0 : AT_HAND * maker.threads + HERE
  const under_way: { examples: ExampleOf<Name>[]; made: Promise<MadeOf<Name>> }[] = []
  for await (const examples of chunks) {
    const made = maker.make(examples)
    made.catch(() => undefined) // looked at when its turn comes
    under_way.push({ examples, made })
    const first = under_way.length > ahead ? under_way.shift() : undefined
    if (first !== undefined) yield { examples: first.examples, made: await first.made }
  }
  for (const { examples, made } of under_way) yield { examples, made: await made }
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
