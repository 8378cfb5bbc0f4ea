// What every command of one run does with its flags: the task and the knobs in, the run's files in output_dir and its scores out.
import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import type { RunRequest } from '../../engine/spec/run.ts'
import { flag } from './flags.ts'
import type { HostSession } from './host-session.ts'
import { modelFrom } from './model-flags.ts'
import { printPlan } from './print-plan.ts'
import { printResult } from './print-result.ts'
import { runToEnd } from './run-to-end.ts'
import type { ChosenTask } from './task-flags.ts'

export function withOutputFlag(command: Command): Command {
  const meaning = 'where checkpoints, scores and predictions are written'
  return command.addOption(flag('output_dir', 'folder', meaning, 'Task').makeOptionMandatory())
}

/** @throws CommandFailure that names the flag or the file at fault, or why the run ended early */
export async function runAndPrint(
  session: HostSession,
  values: Record<string, unknown>,
  { dataset_name, task, data_dir }: ChosenTask,
  work: Omit<RunRequest, 'task' | 'data_dir' | 'model' | 'output_dir'>,
): Promise<void> {
  const { model, model_name } = await modelFrom(values, session)
  const output_dir = resolve(String(values['output_dir']))
  const run = {
    name: typeof values['name'] === 'string' ? values['name'] : `${task.name}, ${basename(output_dir)}`,
    dataset_name,
    model_name,
    request: { task, data_dir, model, output_dir, ...work },
  }
  if (values['dry_run'] === true) return printPlan(await session.host.planRun(run), values['json'] === true)
  const done = await runToEnd(session, run)
  printResult(done, output_dir, values['json'] === true)
}
