// A folder of RACE, or a file of articles, in; its questions in memory out, with what there is to tell on the way.
import type { ChoiceFeatures } from '../../data/race/race-features.ts'
import { readRace, type ChoiceExample, type RaceLevel } from '../../data/race/read-race.ts'
import { EngineFailure } from '../../spec/errors.ts'
import type { RunEvent } from '../../spec/run.ts'
import { say } from '../../spec/sentences.ts'
import type { SplitName } from '../../spec/task-spec.ts'
import { breathe } from '../cancelled.ts'
import { chunked, featureMaker, inOrder } from '../features/feature-maker.ts'
import { remembered, type Source } from '../features/remembered.ts'
import type { Tokenizing } from '../features/workers.ts'
import { troubleOf } from '../prepare.ts'
import { progressOf } from '../progress.ts'

type Settings = {
  levels: readonly RaceLevel[]
  /** How many answers every question offers. */
  choices: number
  max_seq_length: number
  max_qa_length: number
}

/** @throws EngineFailure that names file and line, of a question without an answer too unless it is to be predicted; Cancelled */
export async function* prepareChoices(
  { source, split, files }: Omit<Source, 'settings'>,
  settings: Settings,
  tokenizing: Tokenizing,
  cache_dir: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, ChoiceFeatures[]> {
  const { levels, choices, ...lengths } = settings
  const progress = progressOf('preparing', split, null)
  yield progress.start()
  const kept = { source, split, files, settings: ['choices', settings] }
  const questions = yield* remembered(cache_dir, kept, tokenizing.workers, async function* () {
    const made_here: ChoiceFeatures[] = []
    const maker = featureMaker('choices', lengths, tokenizing)
    const read = readRace(source, { levels, choices, signal })
    const examples = split === 'test' ? read : answered(read, split)
    const chunks = chunked(examples, ({ context }) => context.length, maker)
    for await (const { made } of inOrder(chunks, maker)) {
      made_here.push(...made)
      yield* progress.at(made_here.length)
      await breathe(signal)
    }
    yield* troubleOf(maker)
    return made_here
  })
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

/** Nothing is learnt from a question without an answer, and nothing measured. */
async function* answered(
  examples: AsyncIterable<ChoiceExample>,
  split: SplitName,
): AsyncGenerator<ChoiceExample> {
  for await (const example of examples) {
    const { label, file, line } = example
    if (label === null) {
      const said = say('question-without-answers', { file, line, split })
      throw new EngineFailure({ code: 'bad-row', file, line, column: 'answers', ...said })
    }
    yield example
  }
}
