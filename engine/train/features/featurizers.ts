// Examples of each kind and a tokenizer in, what the model reads of them out: the same in this thread and in a worker's.
import { choiceFeaturesOf } from '../../data/race/race-features.ts'
import type { ChoiceExample } from '../../data/race/read-race.ts'
import type { SquadExample } from '../../data/squad/read-squad.ts'
import { squadFeatures, type SquadSettings } from '../../data/squad/squad-features.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import { packFeatures } from './pack-features.ts'

export const FEATURIZERS = {
  labelled: packFeatures,
  choices: (
    examples: readonly ChoiceExample[],
    tokenizer: Tokenizer,
    settings: { max_seq_length: number; max_qa_length: number },
  ) => examples.map((example) => choiceFeaturesOf(example, tokenizer, settings)),
  questions: (examples: readonly SquadExample[], tokenizer: Tokenizer, settings: SquadSettings) =>
    squadFeatures(examples, tokenizer, settings),
}

export type Featurizers = typeof FEATURIZERS
export type FeaturizerName = keyof Featurizers
export type ExampleOf<Name extends FeaturizerName> = Parameters<Featurizers[Name]>[0][number]
export type SettingsOf<Name extends FeaturizerName> = Parameters<Featurizers[Name]>[2]
export type MadeOf<Name extends FeaturizerName> = ReturnType<Featurizers[Name]>

/** The same for a name that is known only when it runs. */
export function featurize<Name extends FeaturizerName>(
  name: Name,
  examples: readonly ExampleOf<Name>[],
  tokenizer: Tokenizer,
  settings: SettingsOf<Name>,
): MadeOf<Name> {
  type Featurizer = (
    examples: readonly ExampleOf<Name>[],
    tokenizer: Tokenizer,
    settings: SettingsOf<Name>,
  ) => MadeOf<Name>
  return (FEATURIZERS[name] as unknown as Featurizer)(examples, tokenizer, settings)
}
