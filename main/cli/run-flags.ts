// The flags that every command of a run has, on a command; and what is said about those that do nothing here.
import type { Command } from 'commander'
import { usageFailure } from './failure.ts'
import { flag, switchFlag } from './flags.ts'

/** Flags of the original that name no work here: TPU's, and caches this program does not need. */
const IGNORED = [
  ['use_tpu', 'true|false'],
  ['tpu_name', 'name'],
  ['tpu_zone', 'name'],
  ['gcp_project', 'name'],
  ['master', 'address'],
  ['num_tpu_cores', 'integer'],
  ['iterations_per_loop', 'integer'],
] as const

/** More that one command of the original has and that does nothing here: names and kinds of value. */
export type Ignored = readonly (readonly [name: string, value: string])[]

/** Flags of the original for work that is not done here; silence about them would be a lie. */
const NOT_HERE = {
  export_dir: ['folder', 'train without it; the checkpoints lie in output_dir'],
  threshold_to_export: ['number', 'train without it'],
} as const

export type NotHere = keyof typeof NOT_HERE

export function withModelFlags(command: Command): Command {
  return command
    .addOption(flag('albert_config_file', 'file', 'the model’s albert_config.json', 'Model'))
    .addOption(flag('model', 'id', 'instead: a model of `albert models`', 'Model'))
    .addOption(flag('spm_model_file', 'file', 'its SentencePiece model', 'Model'))
    .addOption(
      flag('vocab_file', 'file', 'its WordPiece vocabulary, where it has no SentencePiece model', 'Model'),
    )
    .addOption(
      flag(
        'init_checkpoint',
        'prefix',
        'its weights, as in …/model.ckpt-best; without them it starts fresh',
        'Model',
      ),
    )
    .addOption(
      flag(
        'albert_hub_module_handle',
        'handle',
        'instead: a TF-Hub module of `albert models catalogue` that was fetched, or as --model',
        'Model',
      ),
    )
}

/** The flags of this program alone, and those of the original that do nothing. */
export function withOtherFlags(command: Command, ignored: Ignored, not_here: readonly NotHere[]): Command {
  command.addOption(flag('name', 'text', 'how the run is called in the window’s list', 'This program'))
  const dry = 'say what the run would take of memory and time, and do nothing'
  command.addOption(switchFlag('dry_run', false, dry, 'This program'))
  command.addOption(switchFlag('json', false, 'print the result as JSON', 'This program'))
  return withIdleFlags(command, ignored, not_here)
}

/** The flags of the original that do nothing here. */
export function withIdleFlags(command: Command, ignored: Ignored, not_here: readonly NotHere[]): Command {
  for (const [name, value] of [...IGNORED, ...ignored]) {
    command.addOption(flag(name, value, 'accepted and ignored', 'Ignored'))
  }
  for (const name of not_here) {
    const [value, instead] = NOT_HERE[name]
    command.addOption(flag(name, value, `not done by this program: ${instead}`, 'Not here'))
  }
  return command
}

/** Names on standard error what is ignored. @throws CommandFailure when something was asked for that is not done here */
export function checkOtherFlags(values: Record<string, unknown>, ignored: Ignored): void {
  for (const [name, [, instead]] of Object.entries(NOT_HERE)) {
    if (values[name] !== undefined) throw usageFailure(`--${name} is not done by this program: ${instead}.`)
  }
  const given = [...IGNORED, ...ignored].flatMap(([name]) => (values[name] === undefined ? [] : `--${name}`))
  if (given.length > 0) process.stderr.write(`Ignored, for it changes nothing here: ${given.join(', ')}.\n`)
}
