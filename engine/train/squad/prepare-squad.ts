// A SQuAD file in, its questions and the windows over their contexts in memory out, with what there is to tell on the way.
import { readSquad, type SquadExample } from '../../data/squad/read-squad.ts'
import { squadFeatures, type SquadFeatures, type SquadSettings } from '../../data/squad/squad-features.ts'
import { EngineFailure } from '../../spec/errors.ts'
import type { RunEvent } from '../../spec/run.ts'
import type { SplitName } from '../../spec/task-spec.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import { breathe } from '../cancelled.ts'
import { logged, progressOf } from '../progress.ts'
import type { SquadSplit } from './squad-answers.ts'

/** @throws EngineFailure that names the file and the place or question; Cancelled */
export async function* prepareSquad(
  file: string,
  split: SplitName,
  settings: SquadSettings,
  tokenizer: Tokenizer,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, SquadSplit> {
  const examples = await readSquad(file, { training: settings.training })
  const features: SquadFeatures[] = []
  let dropped = 0
  const progress = progressOf('preparing', split, examples.length)
  yield progress.start()
  for (const { first, end } of contextsOf(examples)) {
    const made = squadFeatures(examples.slice(first, end), tokenizer, settings)
    for (const one of made.features) features.push(placed(one, first, features.length, settings))
    dropped += made.dropped.length
    yield* progress.at(end)
    await breathe(signal) // the questions of a context are aligned in one go, a few milliseconds each
  }
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
  const message = `${file}: no question can be read, because no context has pieces that could be found in it again. Choose another file, or the vocabulary of its language.`
  throw new EngineFailure({ code: 'empty-file', file, message })
}

/** Stretches of questions that share their context. */
function* contextsOf(examples: readonly SquadExample[]): Generator<{ first: number; end: number }> {
  for (let first = 0; first < examples.length;) {
    let end = first + 1
    while (end < examples.length && examples[end]?.context === examples[first]?.context) end++
    yield { first, end }
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
