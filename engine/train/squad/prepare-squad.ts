// A SQuAD file in, its questions and the windows over their contexts in memory out, with what there is to tell on the way.
import { readSquad, type SquadExample } from '../../data/squad/read-squad.ts'
import type { SquadFeatures, SquadSettings } from '../../data/squad/squad-features.ts'
import { EngineFailure } from '../../spec/errors.ts'
import type { RunEvent } from '../../spec/run.ts'
import { say } from '../../spec/sentences.ts'
import { breathe } from '../cancelled.ts'
import { featureMaker, inOrder } from '../features/feature-maker.ts'
import { remembered, type Source } from '../features/remembered.ts'
import type { Tokenizing } from '../features/workers.ts'
import { troubleOf } from '../prepare.ts'
import { logged, progressOf } from '../progress.ts'
import type { SquadSplit } from './squad-answers.ts'

/** Enough for the way to a worker and back to be short beside the work. */
const QUESTIONS_OF_A_WORKER = 24

/** @throws EngineFailure that names the file and the place or question; Cancelled */
export async function* prepareSquad(
  { source: file, split, files }: Omit<Source, 'settings'>,
  settings: SquadSettings,
  tokenizing: Tokenizing,
  cache_dir: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, SquadSplit> {
  const examples = await readSquad(file, { training: settings.training })
  const progress = progressOf('preparing', split, examples.length)
  yield progress.start()
  const kept = { source: file, split, files, settings: ['questions', settings] }
  const { features, dropped } = yield* remembered(cache_dir, kept, tokenizing.workers, async function* () {
    const maker = featureMaker('questions', settings, tokenizing)
    const found: { features: SquadFeatures[]; dropped: number } = { features: [], dropped: 0 }
    let first = 0
    for await (const { examples: some, made } of inOrder(contextsOf(examples, maker.threads), maker)) {
      for (const one of made.features)
        found.features.push(placed(one, first, found.features.length, settings))
      found.dropped += made.dropped.length
      first += some.length
      yield* progress.at(first)
      await breathe(signal) // the questions of a context are aligned in one go, a few milliseconds each
    }
    yield* troubleOf(maker)
    return found
  })
  yield {
    type: 'split',
    split,
    examples: examples.length,
    truncated: new Set(
      features.filter(({ doc_span_index }) => doc_span_index > 0).map(({ example_index }) => example_index),
    ).size,
    longest: features.reduce((most, { input_ids }) => Math.max(most, input_ids.length), 0),
  }
  yield logged('info', `${file}: ${examples.length} questions are read in ${features.length} windows.`)
  if (dropped > 0) {
    const message = `${file}: ${dropped} questions have no window, because the pieces of their contexts could not be found in the text; ${settings.training ? 'they are not trained on' : 'their answers stay empty'}.`
    yield logged('warning', message)
  }
  if (features.length > 0) return { examples, features }
  throw new EngineFailure({ code: 'empty-file', file, ...say('file-without-windows', { file }) })
}

/** Stretches of questions that share their context; for workers, of several contexts. */
function* contextsOf(examples: readonly SquadExample[], threads: number): Generator<SquadExample[]> {
  const least = threads === 0 ? 1 : QUESTIONS_OF_A_WORKER
  for (let first = 0; first < examples.length;) {
    let end = first + 1
    while (
      end < examples.length &&
      (end - first < least || examples[end]?.context === examples[end - 1]?.context)
    )
      end++
    yield examples.slice(first, end)
    first = end
  }
}

/** The window among all of the split. Training needs no way back to the text, and there are many windows. */
function placed(
  one: SquadFeatures,
  first: number,
  windows: number,
  { training }: SquadSettings,
): SquadFeatures {
  const here = { ...one, example_index: one.example_index + first, unique_id: 1_000_000_000 + windows }
  if (!training) return here
  return { ...here, tok_start_to_orig_index: [], tok_end_to_orig_index: [], token_is_max_context: [] }
}
