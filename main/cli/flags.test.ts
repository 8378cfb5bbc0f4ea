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
async function parse(...words: string[]): Promise<Record<string, unknown>> {
  const albert = withoutExit(albertCommand(program))
  let values: Record<string, unknown> = {}
  const command = named(albert, 'run_classifier')
  command.configureOutput({ writeErr: () => undefined })
  command.action((given: Record<string, unknown>) => {
    values = given
  })
  await albert.parseAsync(originalSpelling(albert, ['run_classifier', ...words]), { from: 'user' })
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

test('the help of every command', () => {
  const albert = albertCommand(program)
  const all = [albert, ...albert.commands, ...albert.commands.flatMap((command) => command.commands)]
  for (const command of all) command.configureHelp({ helpWidth: 100 })
  expect(all.map((command) => command.helpInformation()).join('\n————————\n\n')).toMatchSnapshot()
})
