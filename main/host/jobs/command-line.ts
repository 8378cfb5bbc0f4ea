// A job in, the command line out that trains the same: the original's flags with the job's values, quoted for a POSIX shell.
import path from 'node:path'
import { Hyperparameters } from '../../../engine/spec/hyperparameters.ts'
import type { RunRequest } from '../../../engine/spec/run.ts'
import type { JobRecord } from '../../contract/records.ts'
import { runFiles } from './run-folder.ts'

/**
 * Every knob is written out, the seed too, so that a later default changes nothing. What the program keeps in a folder of its own goes
 * to another one: there the command would find a finished run.
 * @param runs folder of the runs that the program keeps
 */
export function commandFor({ name }: JobRecord, request: RunRequest, runs: string): string {
  const { model, hyperparameters, runtime } = request
  const isOurs = path.dirname(request.output_dir) === runs
  const output_dir = isOurs ? `albert-runs/${slug(name)}` : request.output_dir
  const flags: [string, string | number | boolean | null][] = [
    ['task_name', request.task.name],
    ['data_dir', request.data_dir],
    ['output_dir', output_dir],
    ['albert_config_file', runFiles(request.output_dir).albert_config],
    ['spm_model_file', model.spm_model_file],
    ['vocab_file', model.vocab_file],
    ['init_checkpoint', model.init_checkpoint],
    ['do_train', request.do_train],
    ['do_eval', request.do_eval],
    ['do_predict', request.do_predict],
    ...Object.keys(Hyperparameters.shape).map((knob): [string, string | number | boolean] => [
      knob,
      hyperparameters[knob as keyof Hyperparameters],
    ]),
    ...(runtime.threads === 0 ? [] : [['threads', runtime.threads] as [string, number]]),
  ]
  const words = flags.flatMap(([flag, value]) => (value === null ? [] : `--${flag}=${quote(String(value))}`))
  return ['albert run_classifier', ...words].join(' ')
}

/** As a POSIX shell reads it: in single quotes where anything else than plain characters is in it. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** A name as part of a file name. */
export function slug(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
  return plain.slice(0, 60) || 'unnamed'
}
