// albert features: a split of a task in, what the model reads of each example as JSON lines out, padded as the original pads.
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { featuresOf } from '../../../engine/data/features.ts'
import { readSplit } from '../../../engine/data/read-split.ts'
import { SplitName } from '../../../engine/spec/task-spec.ts'
import { loadTokenizer } from '../../../engine/text/tokenizer.ts'
import { usageFailure } from '../failure.ts'
import { flag, switchFlag, wholeNumber } from '../flags.ts'
import { vocabularyFrom } from '../model-flags.ts'
import { printStream } from '../print.ts'
import { taskIn } from '../task-flags.ts'

export function addFeatures(parent: Command): Command {
  return parent
    .command('features')
    .description(
      'Prints {"guid","input_ids","input_mask","segment_ids","label_id"} for each example of a split.',
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
    .addOption(flag('spm_model_file', 'file', 'the SentencePiece model', 'Vocabulary'))
    .addOption(
      flag(
        'vocab_file',
        'file',
        'the WordPiece vocabulary, where there is no SentencePiece model',
        'Vocabulary',
      ),
    )
    .addOption(switchFlag('do_lower_case', true, 'lower-case the text', 'Vocabulary'))
    .option('--json', 'JSON is what is printed, with and without this', true)
    .action(async (values: Record<string, unknown>) => {
      await printStream(featureLines(values))
    })
}

async function* featureLines(values: Record<string, unknown>): AsyncGenerator<string> {
  const data_dir = resolve(String(values['data_dir']))
  const { task } = await taskIn(data_dir, String(values['task_name']))
  const split = SplitName.parse(values['split'])
  if (task.splits[split] === null) throw usageFailure(`${task.name} has no ${split} file.`)
  const max_seq_length = Number(values['max_seq_length'])
  const tokenizer = await loadTokenizer(await vocabularyFrom(values))
  try {
    for await (const example of readSplit(task, split, data_dir)) {
      const features = featuresOf(example, task, tokenizer, max_seq_length)
      const padded = (row: Int32Array): number[] => [
        ...row,
        ...Array<number>(max_seq_length - row.length).fill(0),
      ]
      yield JSON.stringify({
        guid: features.guid,
        input_ids: padded(features.input_ids),
        input_mask: padded(features.input_mask),
        segment_ids: padded(features.segment_ids),
        label_id: features.label_id,
      })
    }
  } finally {
    tokenizer.close()
  }
}
