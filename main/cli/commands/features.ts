// albert features: a split of a task in, what the model reads of each example as JSON lines out, padded as the original pads.
import { resolve } from 'node:path'
import type { Command } from 'commander'
import {
  ExtractiveQaHyperparameters,
  MultipleChoiceHyperparameters,
} from '../../../engine/spec/kind-hyperparameters.ts'
import { SplitName } from '../../../engine/spec/task-spec.ts'
import { loadTokenizer } from '../../../engine/text/tokenizer.ts'
import { usageFailure } from '../failure.ts'
import { featureLines, type FeatureRequest } from '../feature-lines.ts'
import { flag, wholeNumber, withFields } from '../flags.ts'
import { vocabularyFrom, withVocabulary } from '../model-flags.ts'
import { printStream } from '../print.ts'
import { taskIn } from '../task-flags.ts'

export function addFeatures(parent: Command): Command {
  const command = parent
    .command('features')
    .description(
      'Prints {"guid","input_ids","input_mask","segment_ids","label_id"} for each example of a split; of SQuAD its windows, of RACE its questions with four rows behind one another, by the original’s names.',
    )
    .addOption(
      flag(
        'task_name',
        'name',
        'a built-in task, or “custom” for a folder with a task.json',
        'Task',
      ).makeOptionMandatory(),
    )
    .addOption(flag('data_dir', 'folder', 'folder of the task folders', 'Task').makeOptionMandatory())
    .addOption(
      flag('split', 'split', 'train, dev or test', 'Task').choices(SplitName.options).makeOptionMandatory(),
    )
    .addOption(
      flag('max_seq_length', 'integer', 'length to which every example is cut or padded', 'Task')
        .default(512)
        .argParser(wholeNumber(8, 512)),
    )
  withVocabulary(command).option('--json', 'JSON is what is printed, with and without this', true)
  const extractiveQa = withFields(command, ExtractiveQaHyperparameters, { omit: BEYOND_THE_TEXT })
  const multipleChoice = withFields(command, MultipleChoiceHyperparameters, { omit: ['dropout_prob'] })
  return command.action(async (values: Record<string, unknown>) => {
    const kinds = { extractive_qa: extractiveQa(values), multiple_choice: multipleChoice(values) }
    await printStream(jsonLines(values, kinds))
  })
}

/** Knobs that change no feature. */
const BEYOND_THE_TEXT = [
  'max_answer_length',
  'n_best_size',
  'start_n_top',
  'end_n_top',
  'dropout_prob',
] as const

async function* jsonLines(
  values: Record<string, unknown>,
  kinds: Pick<FeatureRequest, 'extractive_qa' | 'multiple_choice'>,
): AsyncGenerator<string> {
  const data_dir = resolve(String(values['data_dir']))
  const { task } = await taskIn(data_dir, String(values['task_name']))
  const split = SplitName.parse(values['split'])
  const file = task.splits[split]?.file
  if (file === undefined) throw usageFailure(`${task.name} has no ${split} file.`)
  const tokenizer = await loadTokenizer(await vocabularyFrom(values))
  const request = {
    task,
    split,
    data_dir,
    source: resolve(data_dir, file),
    max_seq_length: Number(values['max_seq_length']),
    do_lower_case: values['do_lower_case'] !== false,
    ...kinds,
  }
  try {
    for await (const line of featureLines(request, tokenizer)) yield JSON.stringify(line)
  } finally {
    tokenizer.close()
  }
}
