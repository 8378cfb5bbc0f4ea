// A draft, its training file and a vocabulary in; how many pieces each text has out, over the whole file or a sample drawn evenly from it.
import { stat } from 'node:fs/promises'
import { splitParts } from '../../../engine/data/split-rows.ts'
import { loadTokenizer, type VocabularyFiles } from '../../../engine/text/tokenizer.ts'
import { EngineFailure } from '../../../engine/spec/errors.ts'
import { HostFailure } from '../../contract/errors.ts'
import type { TextLengths } from '../../contract/datasets.ts'
import { createBreather } from '../storage/breather.ts'
import { storageFailure } from '../storage/storage-failure.ts'
import type { KnownFile } from '../uploads/known-files.ts'
import { taskInPlace, taskOfDraft, type Draft } from './draft-task.ts'
import { answeredItems, choicesIn, offeredItems } from './question-files.ts'

export type Measured = { draft: Draft; train: KnownFile; vocabulary: VocabularyFiles }
type Watch = { signal: AbortSignal; onBytes: (bytes: number) => void }

/** Text that is cut into pieces in a few seconds; of a larger file every n-th text is. */
const WHOLE_UP_TO = 48e6

/**
 * The texts are those that a run would read: a question with its text, of several options the longest.
 * @param whole_up_to bytes of a file of which every text is counted
 * @throws HostFailure `invalid-input`, `bad-file`; an AbortError once the signal is aborted
 */
export async function textLengths(
  { draft, train, vocabulary }: Measured,
  { signal, onBytes }: Watch,
  whole_up_to = WHOLE_UP_TO,
): Promise<TextLengths> {
  const tokenizer = await loadTokenizer(vocabulary).catch((error: unknown) => {
    throw inHostWords(error, vocabulary.spm_model_file ?? vocabulary.vocab_file ?? '')
  })
  const bytes = await stat(train.path).then(({ size }) => size)
  const one_of = Math.max(1, Math.ceil(bytes / whole_up_to))
  const counts = new Map<number, number>()
  const breathe = createBreather()
  let texts = 0
  let rows = 0
  const take = async (length: () => number): Promise<void> => {
    texts += 1
    if (texts % one_of !== 0) return
    const pieces = length()
    counts.set(pieces, (counts.get(pieces) ?? 0) + 1)
    rows += 1
    await breathe()
  }
  const whole = (a: string, b: string | null): number => {
    const [first, second] = [tokenizer.encode(a).length, b === null ? 0 : tokenizer.encode(b).length]
    return first + second + (second > 0 ? 3 : 2)
  }
  try {
    if (draft.kind === 'extractive-qa') {
      for await (const { examples } of answeredItems(draft, 'train', train, signal))
        for (const { question, context } of examples) await take(() => whole(question, context))
    } else if (draft.kind === 'multiple-choice') {
      const choices = await choicesIn(draft, train, signal)
      for await (const { examples } of offeredItems(draft, 'train', train, choices, signal))
        for (const { context, question, options } of examples)
          await take(() => Math.max(...options.map((option) => whole(context, `${question} ${option}`))))
    } else {
      const files = { train }
      // Which labels there are does not matter here.
      const known =
        draft.labels.length > 0 || draft.kind === 'regression' ? draft : { ...draft, labels: ['0', '1'] }
      const task = taskInPlace(await taskOfDraft(known, files), files)
      for await (const part of splitParts(task, 'train', '', { signal, onBytes, any_label: true }))
        for (const { example } of part)
          if (example !== null) await take(() => whole(example.text_a, example.text_b))
    }
  } catch (error) {
    throw inHostWords(error, train.name)
  } finally {
    tokenizer.close()
  }
  return { counts: [...counts].sort(([a], [b]) => a - b), rows, one_of }
}

function inHostWords(error: unknown, file: string): unknown {
  if (!(error instanceof EngineFailure)) return storageFailure(error, file)
  const { message, fault } = error.error
  return new HostFailure(
    { code: 'bad-file', file, line: null, column: null, message, fault },
    { cause: error },
  )
}
