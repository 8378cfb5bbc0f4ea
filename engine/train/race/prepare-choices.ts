// A folder of RACE, or a file of articles, in; its questions in memory out, with what there is to tell on the way.
import { choiceFeaturesOf, type ChoiceFeatures } from '../../data/race/race-features.ts'
import { readRace, type RaceLevel } from '../../data/race/read-race.ts'
import type { RunEvent } from '../../spec/run.ts'
import type { SplitName } from '../../spec/task-spec.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import { breathe } from '../cancelled.ts'
import { progressOf } from '../progress.ts'

type Settings = {
  levels: readonly RaceLevel[]
  /** How many answers every question offers. */
  choices: number
  max_seq_length: number
  max_qa_length: number
}

/** @throws EngineFailure that names file and line; Cancelled */
export async function* prepareChoices(
  source: string,
  split: SplitName,
  { levels, choices, ...lengths }: Settings,
  tokenizer: Tokenizer,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, ChoiceFeatures[]> {
  const questions: ChoiceFeatures[] = []
  const progress = progressOf('preparing', split, null)
  yield progress.start()
  for await (const example of readRace(source, { levels, choices, signal })) {
    questions.push(choiceFeaturesOf(example, tokenizer, lengths))
    yield* progress.at(questions.length)
    await breathe(signal)
  }
  const longestOf = (one: ChoiceFeatures) => Math.max(...one.choices.map(({ input_ids }) => input_ids.length))
  const { max_seq_length } = lengths
  yield {
    type: 'split',
    split,
    examples: questions.length,
    // A row of exactly the full length may have been cut; of the rare one that was not there is no trace.
    truncated: questions.filter((one) => longestOf(one) === max_seq_length).length,
    longest: questions.reduce((most, one) => Math.max(most, longestOf(one)), 0),
  }
  return questions
}
