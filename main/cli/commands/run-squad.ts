// albert run_squad_v1, run_squad_v2: the original's flags in, the run's files in output_dir and its scores on standard output out.
import { join } from 'node:path'
import type { Command } from 'commander'
import { EpochSchedule, ExtractiveQaHyperparameters } from '../../../engine/spec/kind-hyperparameters.ts'
import type { TaskSpec } from '../../../engine/spec/task-spec.ts'
import { squadV1 } from '../../../engine/tasks/squad-v1.ts'
import { squadV2 } from '../../../engine/tasks/squad-v2.ts'
import type { HostClient } from '../../contract/host.ts'
import { ONLY_RUN_SQUAD_V2 } from '../../host/jobs/command-line.ts'
import type { Program } from '../../shell/program.ts'
import { flag, switchFlag, wholeNumber, withFields, withKnobs } from '../flags.ts'
import { withHost } from '../host-session.ts'
import { runAndPrint, withOutputFlag } from '../run-command.ts'
import { checkOtherFlags, withModelFlags, withOtherFlags, type Ignored, type NotHere } from '../run-flags.ts'
import { expectKind, taskFrom } from '../task-flags.ts'
import { expectRoom, squadFiles, squadSteps } from '../squad-files.ts'

/** Files that the original keeps its features in. */
const CACHES = [
  ['train_feature_file', 'file'],
  ['predict_feature_file', 'file'],
  ['predict_feature_left_file', 'file'],
] as const

type Version = {
  task: TaskSpec
  script: string
  /** Knobs that only the other script has. */
  omit: readonly (keyof ExtractiveQaHyperparameters)[]
  ignored: Ignored
  not_here: readonly NotHere[]
}

const VERSIONS = {
  run_squad_v1: {
    task: squadV1,
    script: 'SQuAD 1.1, where every question has an answer, as run_squad_v1.py does',
    omit: ONLY_RUN_SQUAD_V2,
    ignored: [...CACHES, ['use_einsum', 'true|false']],
    not_here: ['export_dir'],
  },
  run_squad_v2: {
    task: squadV2,
    script: 'SQuAD 2.0, where a question may have no answer, as run_squad_v2.py does',
    omit: [],
    ignored: CACHES,
    not_here: [],
  },
} as const satisfies Record<string, Version>

export function addRunSquad(parent: Command, program: Program, name: keyof typeof VERSIONS): Command {
  const { task, script, omit, ignored, not_here }: Version = VERSIONS[name]
  const command = parent
    .command(name)
    .description(`Trains and predicts ${script}.`)
    .addOption(flag('task_name', 'name', 'an imported dataset, whose files are the two below', 'Task'))
    .addOption(flag('train_file', 'file', 'questions to train on, as in train-v….json', 'Task'))
    .addOption(flag('predict_file', 'file', 'questions to answer, as in dev-v….json', 'Task'))
    .addOption(switchFlag('do_train', false, 'train on train_file', 'Task'))
    .addOption(
      switchFlag(
        'do_predict',
        false,
        'answer and score predict_file with every checkpoint, keep the best',
        'Task',
      ),
    )
  withOutputFlag(command)
  withModelFlags(command)
  const knobsOf = withKnobs(command, {
    omit: ['train_step', 'warmup_step', 'eval_batch_size'],
    defaults: { max_seq_length: 384 },
  })
  const answersOf = withFields(command, ExtractiveQaHyperparameters, { omit })
  const scheduleOf = withFields(command, EpochSchedule)
  withStepFlags(command)
  withOtherFlags(command, ignored, not_here)
  return command.action(async (values: Record<string, unknown>) => {
    const [do_train, do_predict] = [values['do_train'] === true, values['do_predict'] === true]
    checkOtherFlags(values, ignored)
    const { hyperparameters, runtime } = knobsOf(values)
    const extractive_qa = answersOf(values)
    expectRoom({ ...hyperparameters, ...extractive_qa })
    await withHost(program, async (session) => {
      const chosen = await importedFiles(values, session.client, program.data_dir)
      const files = await squadFiles(
        chosen?.task ?? task,
        { ...chosen?.files, ...values },
        { do_train, do_predict },
      )
      const { train_batch_size, predict_batch_size } = hyperparameters
      const steps = do_train
        ? await squadSteps(files, scheduleOf(values), train_batch_size, stepsIn(values))
        : stepsIn(values)
      await runAndPrint(session, values, files, {
        // The questions that are predicted are those that every checkpoint is measured by.
        hyperparameters: { ...hyperparameters, ...steps, eval_batch_size: predict_batch_size },
        extractive_qa,
        runtime,
        do_train,
        do_eval: do_predict && files.is_scored,
        do_predict: do_predict && !files.is_scored,
      })
    })
  })
}

/** The task and the files of an imported dataset; null where the command names its files itself. @throws CommandFailure */
async function importedFiles(
  values: Record<string, unknown>,
  client: HostClient,
  home: string,
): Promise<{ task: TaskSpec; files: Record<string, string> } | null> {
  if (typeof values['task_name'] !== 'string') return null
  const { task, data_dir } = await taskFrom(values, client, home)
  expectKind(task, ['extractive-qa'])
  const { train, dev } = task.splits
  const place = (file: string): string => join(data_dir, file)
  return {
    task,
    files: {
      ...(train !== null && { train_file: place(train.file) }),
      ...(dev !== null && { predict_file: place(dev.file) }),
    },
  }
}

const STEPS = ['train_step', 'warmup_step'] as const

function withStepFlags(command: Command): void {
  const instead = { train_step: 'num_train_epochs', warmup_step: 'warmup_proportion' }
  for (const name of STEPS) {
    const meaning = `the number of steps, instead of ${instead[name]}`
    command.addOption(
      flag(name, 'integer', meaning, 'This program').argParser(
        wholeNumber(name === 'train_step' ? 1 : 0, 10_000_000),
      ),
    )
  }
}

function stepsIn(values: Record<string, unknown>): { train_step?: number; warmup_step?: number } {
  return Object.fromEntries(
    STEPS.flatMap((name) => (typeof values[name] === 'number' ? [[name, values[name]]] : [])),
  )
}
