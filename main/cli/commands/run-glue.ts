// albert run_glue: the loop of the original's run_glue.sh, with its knobs for each task; one folder and one line of the table each.
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { Hyperparameters } from '../../../engine/spec/hyperparameters.ts'
import type { TaskSpec } from '../../../engine/spec/task-spec.ts'
import { taskNamed } from '../../../engine/tasks/index.ts'
import type { JobRecord } from '../../contract/records.ts'
import type { Program } from '../../shell/program.ts'
import { CommandFailure, EXIT, usageFailure } from '../failure.ts'
import { flag, switchFlag, withKnobs } from '../flags.ts'
import type { HostSession } from '../host-session.ts'
import { withHost } from '../host-session.ts'
import type { ChosenModel } from '../model-flags.ts'
import { modelFrom } from '../model-flags.ts'
import { columns, printJson, printLines } from '../print.ts'
import { checkOtherFlags, withIdleFlags, withModelFlags } from '../run-flags.ts'
import { runToEnd } from '../run-to-end.ts'
import { expectKind } from '../task-flags.ts'

/** In the order of the script. */
const TASKS = ['SST-2', 'MNLI', 'CoLA', 'QNLI', 'QQP', 'RTE', 'STS-B', 'MRPC']

const CACHES = [['cached_dir', 'folder']] as const

type Outcome = { task: TaskSpec; job: JobRecord | null; failure: string | null }

export function addRunGlue(parent: Command, program: Program): Command {
  const command = parent
    .command('run_glue')
    .description(
      'Fine-tunes on each GLUE task with the knobs of run_glue.sh; a knob that is given holds for all of them.',
    )
    .addOption(flag('data_dir', 'folder', 'folder of the task folders', 'Tasks').makeOptionMandatory())
    .addOption(flag('output_dir', 'folder', 'where each task gets a folder', 'Tasks').makeOptionMandatory())
    .addOption(flag('tasks', 'list', 'their names with commas between', 'Tasks').default(TASKS.join(',')))
  withModelFlags(command)
  const knobsOf = withKnobs(command)
  command.addOption(switchFlag('json', false, 'print the results as JSON', 'This program'))
  withIdleFlags(command, CACHES, [])
  return command.action(async (values: Record<string, unknown>) => {
    checkOtherFlags(values, CACHES)
    const given = Object.keys(Hyperparameters.shape).filter(
      (name) => command.getOptionValueSource(name) === 'cli',
    )
    const tasks = String(values['tasks']).split(',').map(expectTask)
    const { runtime } = knobsOf(values)
    const outcomes = await withHost(program, async (session) => {
      const model = await modelFrom(values, session)
      const all: Outcome[] = []
      for (const task of tasks) {
        const chosen = Object.fromEntries(given.map((name) => [name, values[name]]))
        const hyperparameters = Hyperparameters.parse({ ...task.preset, ...chosen })
        all.push(await outcomeOf(session, task, model, values, { hyperparameters, runtime }))
      }
      return all
    })
    report(outcomes, values['json'] === true)
  })
}

function expectTask(name: string): TaskSpec {
  const task = taskNamed(name.trim())
  if (task === null) throw usageFailure(`There is no task ${name}; the script’s are ${TASKS.join(', ')}.`)
  expectKind(task, ['classification', 'regression'])
  return task
}

/** A task that fails does not end the others; Ctrl-C does. */
async function outcomeOf(
  session: HostSession,
  task: TaskSpec,
  { model, model_name }: ChosenModel,
  values: Record<string, unknown>,
  knobs: ReturnType<ReturnType<typeof withKnobs>>,
): Promise<Outcome> {
  process.stderr.write(`${task.name}: ${task.title}\n`)
  const output_dir = join(resolve(String(values['output_dir'])), task.name)
  const data_dir = resolve(String(values['data_dir']))
  const work = { do_train: true, do_eval: true, do_predict: true }
  try {
    const job = await runToEnd(session, {
      name: `GLUE, ${task.name}`,
      dataset_name: task.title,
      model_name,
      request: { task, data_dir, model, ...knobs, output_dir, ...work },
    })
    return { task, job, failure: null }
  } catch (cause) {
    if (cause instanceof CommandFailure && cause.exit_code === EXIT.interrupted) throw cause
    const failure = cause instanceof Error ? cause.message : String(cause)
    process.stderr.write(`${task.name} failed: ${failure}\n`)
    return { task, job: null, failure }
  }
}

/** @throws CommandFailure when a task failed, after the table is printed */
function report(outcomes: Outcome[], json: boolean): void {
  if (json) {
    printJson(
      outcomes.map(({ task, job, failure }) => ({ task: task.name, result: job?.result ?? null, failure })),
    )
  } else {
    const rows = outcomes.map(({ task, job, failure }) => {
      const result = job?.result
      const score = result ? (result.metrics[result.best_by]?.toFixed(4) ?? '') : (failure ?? '')
      return [task.name, task.best_by, score, result ? String(result.best_step) : '']
    })
    printLines(columns([['task', 'metric', 'score', 'step'], ...rows]))
  }
  const failed = outcomes.filter(({ failure }) => failure !== null).map(({ task }) => task.name)
  if (failed.length > 0) throw new CommandFailure(`Not all tasks were trained: ${failed.join(', ')} failed.`)
}
