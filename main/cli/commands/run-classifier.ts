// albert run_classifier: the original's flags in, the run's files in output_dir and its scores on standard output out.
import type { Command } from 'commander'
import type { Program } from '../../shell/program.ts'
import { usageFailure } from '../failure.ts'
import type { Knobs } from '../flags.ts'
import { flag, switchFlag, withKnobs } from '../flags.ts'
import { withHost } from '../host-session.ts'
import { runAndPrint, withOutputFlag } from '../run-command.ts'
import { checkOtherFlags, withModelFlags, withOtherFlags } from '../run-flags.ts'
import { expectKind, taskFrom } from '../task-flags.ts'

const CACHES = [['cached_dir', 'folder']] as const
const DATA_DIR =
  'folder of the task folders, or a folder with a task.json; without it task_name is an imported dataset'

export function addRunClassifier(parent: Command, program: Program): Command {
  const command = parent
    .command('run_classifier')
    .description(
      'Trains, evaluates and predicts a classification or regression task, as run_classifier.py does.',
    )
    .addOption(
      flag(
        'task_name',
        'name',
        'a built-in task, “custom”, or an imported dataset',
        'Task',
      ).makeOptionMandatory(),
    )
    .addOption(flag('data_dir', 'folder', DATA_DIR, 'Task'))
    .addOption(switchFlag('do_train', false, 'train on train', 'Task'))
    .addOption(switchFlag('do_eval', false, 'evaluate every checkpoint on dev and keep the best', 'Task'))
    .addOption(switchFlag('do_predict', false, 'predict test with the best checkpoint', 'Task'))
  withOutputFlag(command)
  withModelFlags(command)
  const knobsOf = withKnobs(command)
  withOtherFlags(command, CACHES, ['export_dir', 'threshold_to_export'])
  return command.action(async (values: Record<string, unknown>) => {
    await runClassifier(program, values, knobsOf(values))
  })
}

async function runClassifier(program: Program, values: Record<string, unknown>, knobs: Knobs): Promise<void> {
  const [do_train, do_eval, do_predict] = [values['do_train'], values['do_eval'], values['do_predict']].map(
    (value) => value === true,
  ) as [boolean, boolean, boolean]
  if (!do_train && !do_eval && !do_predict) {
    throw usageFailure('Give at least one of --do_train, --do_eval and --do_predict.')
  }
  checkOtherFlags(values, CACHES)
  await withHost(program, async (session) => {
    const chosen = await taskFrom(values, session.client, program.data_dir)
    expectKind(chosen.task, ['classification', 'regression'])
    await runAndPrint(session, values, chosen, { ...knobs, do_train, do_eval, do_predict })
  })
}
