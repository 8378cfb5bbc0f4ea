// Examples of each kind and a tokenizer in, what the model reads of them out: the same in this thread and in a worker's.
import type { Example } from '../../data/example.ts'
import { choiceFeaturesOf, type ChoiceFeatures } from '../../data/race/race-features.ts'
import type { ChoiceExample } from '../../data/race/read-race.ts'
import type { SquadExample } from '../../data/squad/read-squad.ts'
import { squadFeatures, type SquadSettings } from '../../data/squad/squad-features.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import { packFeatures, packTexts, type PackedFeatures, type PackedTexts } from './pack-features.ts'

type ChoiceSettings = { max_seq_length: number; max_qa_length: number }
type SquadMade = ReturnType<typeof squadFeatures>

/** How the examples of a kind travel to another thread, and what is made of what arrives. */
type Featurizer<Example, Sent, Settings, Made> = {
  pack(examples: readonly Example[], settings: Settings): Sent
  make(sent: Sent, tokenizer: Tokenizer, settings: Settings): Made
}

const labelled: Featurizer<Example, PackedTexts, Parameters<typeof packTexts>[1], PackedFeatures> = {
  pack: packTexts,
  make: packFeatures,
}
const choices: Featurizer<ChoiceExample, readonly ChoiceExample[], ChoiceSettings, ChoiceFeatures[]> = {
  pack: (examples) => examples,
  make: (examples, tokenizer, settings) =>
    examples.map((example) => choiceFeaturesOf(example, tokenizer, settings)),
}
const questions: Featurizer<SquadExample, readonly SquadExample[], SquadSettings, SquadMade> = {
  pack: (examples) => examples,
  make: squadFeatures,
}
const FEATURIZERS = { labelled, choices, questions }

type Featurizers = typeof FEATURIZERS
export type FeaturizerName = keyof Featurizers
export type ExampleOf<Name extends FeaturizerName> = Parameters<Featurizers[Name]['pack']>[0][number]
export type SettingsOf<Name extends FeaturizerName> = Parameters<Featurizers[Name]['pack']>[1]
export type MadeOf<Name extends FeaturizerName> = ReturnType<Featurizers[Name]['make']>

/** The one of a name that is known only when it runs. */
export function featurizerOf<Name extends FeaturizerName>(
  name: Name,
): Featurizer<ExampleOf<Name>, unknown, SettingsOf<Name>, MadeOf<Name>> {
  return FEATURIZERS[name] as unknown as Featurizer<ExampleOf<Name>, unknown, SettingsOf<Name>, MadeOf<Name>>
}
