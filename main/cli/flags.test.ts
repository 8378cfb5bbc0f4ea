// The original's ways of writing a flag, the bounds of the declaration, and the whole help as a snapshot.
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { Hyperparameters } from '../../engine/spec/hyperparameters.ts'
import type { Program } from '../shell/program.ts'
import { canonicalArguments, originalSpelling } from './flags.ts'
import { albertCommand, withoutExit } from './program.ts'

const program: Program = {
  version: '1.2.3',
  pages_dir: '/none',
  assets_dir: '/none',
  engine_file: '/none',
  tensorflow_dir: null,
  data_dir: '/none',
}

const switches = new Set(['do_train', 'notes'])
const valued = new Set(['task_name', 'learning_rate', 'do_train'])

test.each([
  [['--do_train'], ['--do_train=true']],
  [['-do_train'], ['--do_train=true']],
  [['--nodo_train'], ['--do_train=false']],
  [['--do_train=False'], ['--do_train=False']],
  [
    ['--do_train', 'true'],
    ['--do_train=true', 'true'],
  ],
  [['--task_name', 'RTE'], ['--task_name=RTE']],
  [['-task_name=RTE'], ['--task_name=RTE']],
  [['--task_name='], ['--task_name=']],
  [['--task_name', '--do_train'], ['--task_name=--do_train']],
  [['--learning_rate', '-1'], ['--learning_rate=-1']],
  [['--notes'], ['--notes=true']],
  [['--task_name'], ['--task_name']],
  [
    ['--', '--do_train'],
    ['--', '--do_train'],
  ],
  [
    ['file', '-h'],
    ['file', '-h'],
  ],
])('%j is read as %j', (written, read) => {
  expect(canonicalArguments(written, switches, valued)).toEqual(read)
})

/** Parses as the program does, runs nothing, and gives commander's values back. */
function parse(...words: string[]): Promise<Record<string, unknown>> {
  return parseAs('run_classifier', ...words)
}

async function parseAs(name: string, ...words: string[]): Promise<Record<string, unknown>> {
  const albert = withoutExit(albertCommand(program))
  let values: Record<string, unknown> = {}
  const command = named(albert, name)
  command.configureOutput({ writeErr: () => undefined })
  command.action((given: Record<string, unknown>) => {
    values = given
  })
  await albert.parseAsync(originalSpelling(albert, [name, ...words]), { from: 'user' })
  return values
}

function named(albert: Command, name: string): Command {
  const found = albert.commands.find((command) => command.name() === name)
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}

const needed = ['--task_name=RTE', '--output_dir=o']

describe('run_classifier', () => {
  test('every knob has the default of its declaration', async () => {
    expect(await parse(...needed)).toMatchObject(Hyperparameters.parse({}))
    expect(await parse(...needed)).toMatchObject({ do_train: false, do_eval: false, do_predict: false })
  })

  test('a command of run_glue.sh is understood', async () => {
    const values = await parse(
      '--data_dir=glue', '--cached_dir=c', '--task_name=rte', '--output_dir=o', '--spm_model_file=30k-clean.model',
      '--nodo_eval', '--nodo_predict', '--do_train', '--do_lower_case', '--max_seq_length=512', '--optimizer=adamw',
      '--warmup_step=200', '--learning_rate=3e-5', '--train_step=800', '--save_checkpoints_steps=100', '--train_batch_size=32',
    ) // prettier-ignore
    expect(values).toMatchObject({
      do_train: true,
      do_eval: false,
      do_predict: false,
      learning_rate: 3e-5,
      train_step: 800,
      warmup_step: 200,
    })
  })

  test.each([
    ['--train_step=0', 'at least 1'],
    ['--train_step=1.5', 'whole number'],
    ['--train_step=', 'whole number'],
    ['--max_seq_length=600', 'at most 512'],
    ['--learning_rate=0', 'more than 0'],
    ['--learning_rate=fast', 'a number'],
    ['--optimizer=sgd', 'adamw, lamb'],
    ['--do_train=maybe', 'true or false'],
    ['--traim_step=1', 'unknown option'],
  ])('%s is refused with a reason', async (word, reason) => {
    await expect(parse(...needed, word)).rejects.toThrow(reason)
  })
})

/** Of the original's scripts, those that take a file or folder left out: they have no default. */
const SQUAD = {
  do_lower_case: true,
  max_seq_length: 384,
  doc_stride: 128,
  max_query_length: 64,
  do_train: false,
  do_predict: false,
  train_batch_size: 32,
  predict_batch_size: 8,
  learning_rate: 5e-5,
  num_train_epochs: 3,
  warmup_proportion: 0.1,
  save_checkpoints_steps: 1000,
  n_best_size: 20,
  max_answer_length: 30,
}
const RACE = {
  task_name: 'race',
  do_lower_case: true,
  dropout_prob: 0.1,
  max_seq_length: 512,
  max_qa_length: 128,
  num_keep_checkpoint: 5,
  high_only: false,
  middle_only: false,
  do_train: true,
  do_eval: true,
  do_predict: false,
  train_batch_size: 32,
  eval_batch_size: 8,
  predict_batch_size: 8,
  learning_rate: 1e-5,
  train_step: 12000,
  warmup_step: 1000,
  save_checkpoints_steps: 100,
}
const TPU = [
  'use_tpu',
  'tpu_name',
  'tpu_zone',
  'gcp_project',
  'master',
  'num_tpu_cores',
  'iterations_per_loop',
]
const MODEL = [
  'albert_config_file',
  'spm_model_file',
  'vocab_file',
  'init_checkpoint',
  'albert_hub_module_handle',
]
const FEATURE_FILES = ['train_feature_file', 'predict_feature_file', 'predict_feature_left_file']

test.each([
  ['run_squad_v1', SQUAD, ['train_file', 'predict_file', ...FEATURE_FILES, 'use_einsum', 'export_dir']],
  [
    'run_squad_v2',
    { ...SQUAD, start_n_top: 5, end_n_top: 5, dropout_prob: 0.1 },
    ['train_file', 'predict_file', ...FEATURE_FILES],
  ],
  ['run_race', RACE, ['data_dir', 'train_file', 'eval_file', 'predict_file']],
])('%s has every flag of its script, with its default', async (name, defaults, files) => {
  const given = ['output_dir', ...files, ...MODEL, ...TPU].map((flag) => `--${flag}=1`)
  expect(await parseAs(name, ...given)).toMatchObject(defaults)
})

test('the help of every command', () => {
  const albert = albertCommand(program)
  const all = [albert, ...albert.commands, ...albert.commands.flatMap((command) => command.commands)]
  for (const command of all) command.configureHelp({ helpWidth: 100 })
  expect(all.map((command) => command.helpInformation()).join('\n————————\n\n')).toMatchSnapshot()
})
