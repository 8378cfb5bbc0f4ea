// albert run_classifier: the original's flags in, the run's files in output_dir and its scores on standard output out.
import { mkdir } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import type { RunRequest } from '../../../engine/spec/run.ts'
import type { JobRecord } from '../../contract/records.ts'
import type { HostClient } from '../../contract/host.ts'
import type { Host } from '../../host/host.ts'
import type { Program } from '../../shell/program.ts'
import { usageFailure } from '../failure.ts'
import type { Knobs } from '../flags.ts'
import { flag, switchFlag, withKnobs } from '../flags.ts'
import { followJob } from '../follow-job.ts'
import { withHost } from '../host-session.ts'
import { modelFrom } from '../model-flags.ts'
import { printResult } from '../print-result.ts'
import { taskFrom } from '../task-flags.ts'

/** Flags of the original that name no work here: TPU's, and a cache this program does not need. */
const IGNORED = [
  ['use_tpu', 'true|false'],
  ['tpu_name', 'name'],
  ['tpu_zone', 'name'],
  ['gcp_project', 'name'],
  ['master', 'address'],
  ['num_tpu_cores', 'integer'],
  ['iterations_per_loop', 'integer'],
  ['cached_dir', 'folder'],
] as const

/** Flags of the original for work that is not done here; silence about them would be a lie. */
const NOT_HERE = [
  ['albert_hub_module_handle', 'handle', 'give --albert_config_file and --init_checkpoint instead'],
  ['export_dir', 'folder', 'train without it; the checkpoints lie in output_dir'],
  ['threshold_to_export', 'number', 'train without it'],
] as const

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
    .addOption(
      flag(
        'data_dir',
        'folder',
        'folder of the task folders, or a folder with a task.json; without it task_name is an imported dataset',
        'Task',
      ),
    )
    .addOption(
      flag(
        'output_dir',
        'folder',
        'where checkpoints, scores and predictions are written',
        'Task',
      ).makeOptionMandatory(),
    )
    .addOption(switchFlag('do_train', false, 'train on train', 'Task'))
    .addOption(switchFlag('do_eval', false, 'evaluate every checkpoint on dev and keep the best', 'Task'))
    .addOption(switchFlag('do_predict', false, 'predict test with the best checkpoint', 'Task'))
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
  const knobsOf = withKnobs(command)
  command.addOption(flag('name', 'text', 'how the run is called in the window’s list', 'This program'))
  command.addOption(switchFlag('json', false, 'print the result as JSON', 'This program'))
  for (const [name, value] of IGNORED) command.addOption(flag(name, value, 'accepted and ignored', 'Ignored'))
  for (const [name, value, instead] of NOT_HERE) {
    command.addOption(flag(name, value, `not done by this program: ${instead}`, 'Not here'))
  }
  return command.action(async (values: Record<string, unknown>) => {
    await runClassifier(program, values, knobsOf(values))
  })
}

async function runClassifier(program: Program, values: Record<string, unknown>, knobs: Knobs): Promise<void> {
  checkWork(values)
  nameIgnored(values)
  await withHost(program, async ({ host, client }) => {
    const { task, data_dir, dataset_name } = await taskFrom(values, client, program.data_dir)
    const { model, model_name } = await modelFrom(values, program.assets_dir)
    const output_dir = resolve(String(values['output_dir']))
    await mkdir(output_dir, { recursive: true })
    const request: RunRequest = {
      task,
      data_dir,
      model,
      ...knobs,
      output_dir,
      do_train: values['do_train'] === true,
      do_eval: values['do_eval'] === true,
      do_predict: values['do_predict'] === true,
    }
    const name = typeof values['name'] === 'string' ? values['name'] : `${task.name}, ${basename(output_dir)}`
    const unfinished = await unfinishedRun(host, client, request)
    const job =
      unfinished === null
        ? await host.createRun({ name, dataset_name, model_name, request })
        : await client.call('jobs.resume', { job_id: unfinished.id })
    const done = await followJob(client, job)
    printResult(done, output_dir, values['json'] === true)
  })
}

function checkWork(values: Record<string, unknown>): void {
  if (values['do_train'] !== true && values['do_eval'] !== true && values['do_predict'] !== true) {
    throw usageFailure('Give at least one of --do_train, --do_eval and --do_predict.')
  }
  for (const [name, , instead] of NOT_HERE) {
    if (values[name] !== undefined) throw usageFailure(`--${name} is not done by this program: ${instead}.`)
  }
}

function nameIgnored(values: Record<string, unknown>): void {
  const given = IGNORED.filter(([name]) => values[name] !== undefined).map(([name]) => `--${name}`)
  if (given.length > 0) process.stderr.write(`Ignored, for it changes nothing here: ${given.join(', ')}.\n`)
}

/** The same command once more goes on with the run it began, so that the list shows one run and one curve. */
async function unfinishedRun(host: Host, client: HostClient, request: RunRequest): Promise<JobRecord | null> {
  const jobs = await client.call('jobs.list', {})
  const same = jobs.find(
    (job) =>
      ['paused', 'interrupted', 'failed', 'cancelled'].includes(job.status) &&
      host.runFolder(job.id) === request.output_dir &&
      JSON.stringify([job.hyperparameters, job.task, job.do_predict]) ===
        JSON.stringify([request.hyperparameters, request.task, request.do_predict]),
  )
  return same ?? null
}
