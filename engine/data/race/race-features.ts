// A question with its options and a tokenizer in, what the model reads of each option out.
import type { Tokenizer } from '../../text/tokenizer-type.ts'
import type { ChoiceExample } from './read-race.ts'

export const UNANSWERED = -1

export type ChoiceFeatures = {
  example_id: string
  level: ChoiceExample['level']
  /** One for each option; not padded. */
  choices: { input_ids: Int32Array; segment_ids: Int32Array }[] // each [tokens]
  /** Position of the right option; `UNANSWERED` where it is not known. */
  label_id: number
}

/** `[CLS] context [SEP] question and option [SEP]`. The context loses its end; question and option lose their beginning. */
export function choiceFeaturesOf(
  example: ChoiceExample,
  tokenizer: Pick<Tokenizer, 'cleanUp' | 'encode' | 'cls' | 'sep'>,
  { max_seq_length, max_qa_length }: { max_seq_length: number; max_qa_length: number },
): ChoiceFeatures {
  const { cls, sep } = tokenizer
  const context = tokenizer.encode(example.context)
  const choices = endingsOf(example, tokenizer).map((ending) => {
    const qa = tokenizer.encode(ending).slice(-max_qa_length)
    const first = [cls, ...context.slice(0, Math.max(0, max_seq_length - 3 - qa.length)), sep]
    const input_ids = Int32Array.from([...first, ...qa, sep])
    return { input_ids, segment_ids: new Int32Array(input_ids.length).fill(1, first.length) }
  })
  return { example_id: example.id, level: example.level, choices, label_id: example.label ?? UNANSWERED }
}

/** The question with each option put into its gap, or behind it where it has none. */
export function endingsOf(
  { question, options }: ChoiceExample,
  { cleanUp }: Pick<Tokenizer, 'cleanUp'>,
): string[] {
  const asked = cleanUp(question)
  return options
    .map(cleanUp)
    .map((option) => (asked.includes('_') ? asked.split('_').join(option) : `${asked} ${option}`))
}
