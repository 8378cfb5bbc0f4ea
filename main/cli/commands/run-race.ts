// albert run_race: the original's flags in, the run's files in output_dir and its scores, of each school as well, out.
import type { Command } from 'commander'
import { MultipleChoiceHyperparameters } from '../../../engine/spec/kind-hyperparameters.ts'
import type { Program } from '../../shell/program.ts'
import { usageFailure } from '../failure.ts'
import { flag, switchFlag, wholeNumber, withFields, withKnobs } from '../flags.ts'
import { withHost } from '../host-session.ts'
import { runAndPrint, withOutputFlag } from '../run-command.ts'
import { checkOtherFlags, withModelFlags, withOtherFlags } from '../run-flags.ts'
import { expectKind, taskFrom } from '../task-flags.ts'

/** Files that the original keeps its features in; it ignores the last one itself. */
const CACHES = [
  ['train_file', 'file'],
  ['eval_file', 'file'],
  ['predict_file', 'file'],
] as const

/** Where the script's defaults are others than run_classifier's. */
const DEFAULTS = { learning_rate: 1e-5, train_step: 12000, warmup_step: 1000, save_checkpoints_steps: 100 }

export function addRunRace(parent: Command, program: Program): Command {
  const command = parent
    .command('run_race')
    .description('Trains, evaluates and predicts multiple choice, as run_race.py does.')
    .addOption(
      flag('task_name', 'name', 'race, or “custom” for a folder with a task.json', 'Task').default('race'),
    )
    .addOption(
      flag(
        'data_dir',
        'folder',
        'the folder that holds RACE/, as it was unpacked; without it task_name is an imported dataset',
        'Task',
      ),
    )
    .addOption(switchFlag('do_train', true, 'train on train', 'Task'))
    .addOption(switchFlag('do_eval', true, 'evaluate every checkpoint on dev and keep the best', 'Task'))
    .addOption(switchFlag('do_predict', false, 'score and answer test with the best checkpoint', 'Task'))
  withOutputFlag(command)
  withModelFlags(command)
  const knobsOf = withKnobs(command, { omit: ['keep_checkpoint_max'], defaults: DEFAULTS })
  const choiceOf = withFields(command, MultipleChoiceHyperparameters)
  command.addOption(
    flag(
      'num_keep_checkpoint',
      'integer',
      'how many of the newest checkpoints are kept; the best is kept beside them',
      'Training: checkpoints',
    )
      .default(5)
      .argParser(wholeNumber(1, 1000)),
  )
  withOtherFlags(command, CACHES, [])
  return command.action(async (values: Record<string, unknown>) => {
    const { hyperparameters, runtime } = knobsOf(values)
    const keep_checkpoint_max = Number(values['num_keep_checkpoint'])
    const multiple_choice = choiceOf(values)
    const [do_train, do_eval, do_predict] = [values['do_train'], values['do_eval'], values['do_predict']].map(
      (value) => value === true,
    ) as [boolean, boolean, boolean]
    if (!do_train && !do_eval && !do_predict) {
      throw usageFailure('Give at least one of --do_train, --do_eval and --do_predict.')
    }
    if (multiple_choice.high_only && multiple_choice.middle_only) {
      throw usageFailure('--high_only and --middle_only together leave nothing; give one of them.')
    }
    checkOtherFlags(values, CACHES)
    await withHost(program, async (session) => {
      const chosen = await taskFrom(values, session.client, program.data_dir)
      expectKind(chosen.task, ['multiple-choice'])
      await runAndPrint(session, values, chosen, {
        hyperparameters: { ...hyperparameters, keep_checkpoint_max },
        runtime,
        multiple_choice,
        do_train,
        do_eval,
        do_predict,
      })
    })
  })
}
