// A job in, the command line out that trains the same: the original's flags with the job's values, quoted for a POSIX shell.
import path from 'node:path'
import { fieldsOf } from '../../../engine/spec/fields.ts'
import {
  ExtractiveQaHyperparameters,
  MultipleChoiceHyperparameters,
} from '../../../engine/spec/kind-hyperparameters.ts'
import type { RunRequest } from '../../../engine/spec/run.ts'
import { Runtime } from '../../../engine/spec/runtime.ts'
import type { TaskKind } from '../../../engine/spec/task-spec.ts'
import type { JobRecord } from '../../contract/records.ts'
import { runFiles } from './run-folder.ts'

/** Knobs of question answering that `run_squad_v1` has no flag for: where every question has an answer they say nothing. */
export const ONLY_RUN_SQUAD_V2 = ['start_n_top', 'end_n_top', 'dropout_prob'] as const

type Flags = [name: string, value: string | number | boolean | null][]

/**
 * Every knob is written out, the seed too, so that a later default changes nothing. What the program keeps in a folder of its own goes
 * to another one: there the command would find a finished run.
 * @param runs folder of the runs that the program keeps
 */
export function commandFor({ name }: JobRecord, request: RunRequest, runs: string): string {
  const { model, runtime } = request
  const isOurs = path.dirname(request.output_dir) === runs
  const { command, task, knobs } = WAYS[request.task.kind](request)
  const flags: Flags = [
    ...task,
    ['output_dir', isOurs ? `albert-runs/${slug(name)}` : request.output_dir],
    ['albert_config_file', runFiles(request.output_dir).albert_config],
    ['spm_model_file', model.spm_model_file],
    ['vocab_file', model.vocab_file],
    ['init_checkpoint', model.init_checkpoint],
    ...knobs,
    ...runtimeFlags(runtime),
  ]
  const words = flags.flatMap(([flag, value]) => (value === null ? [] : `--${flag}=${quote(String(value))}`))
  return [`albert ${command}`, ...words].join(' ')
}

/** How fast a run is depends on the machine, so only what was chosen is named. */
function runtimeFlags(runtime: Runtime): Flags {
  const values: Record<string, Flags[number][1]> = runtime
  return fieldsOf(Runtime).flatMap(({ name, default: usual }): Flags => {
    const value = values[name] ?? usual
    return value === usual ? [] : [[name, value]]
  })
}

/** How each kind of task is run from the command line. */
const WAYS: Record<TaskKind, (request: RunRequest) => { command: string; task: Flags; knobs: Flags }> = {
  classification: labelled,
  regression: labelled,
  'extractive-qa': extractiveQa,
  'multiple-choice': multipleChoice,
}

function labelled(request: RunRequest) {
  return {
    command: 'run_classifier',
    task: folderOf(request),
    knobs: Object.entries(request.hyperparameters),
  }
}

function multipleChoice(request: RunRequest) {
  const { keep_checkpoint_max, ...hyperparameters } = request.hyperparameters
  const own = request.multiple_choice ?? MultipleChoiceHyperparameters.parse({})
  const knobs = { ...hyperparameters, num_keep_checkpoint: keep_checkpoint_max, ...own }
  return { command: 'run_race', task: folderOf(request), knobs: Object.entries(knobs) }
}

/** The questions that are predicted are those of dev: they are what every checkpoint is measured by. */
function extractiveQa({ task, data_dir, hyperparameters, extractive_qa, ...work }: RunRequest) {
  const { train, dev, test } = task.splits
  const fileOf = (source: typeof train) => (source === null ? null : path.resolve(data_dir, source.file))
  const files: Flags = [
    ['train_file', work.do_train ? fileOf(train) : null],
    ['predict_file', fileOf(work.do_eval ? dev : work.do_predict ? test : null)],
    ['do_train', work.do_train],
    ['do_predict', work.do_eval || work.do_predict],
  ]
  const own = extractive_qa ?? ExtractiveQaHyperparameters.parse({})
  const version = task.unanswerable === true ? 'v2' : 'v1'
  const omitted = new Set<string>(['eval_batch_size', ...(version === 'v1' ? ONLY_RUN_SQUAD_V2 : [])])
  const knobs = Object.entries({ ...hyperparameters, ...own }).filter(([name]) => !omitted.has(name))
  return { command: `run_squad_${version}`, task: files, knobs }
}

function folderOf({ task, data_dir, do_train, do_eval, do_predict }: RunRequest): Flags {
  return [
    ['task_name', task.name],
    ['data_dir', data_dir],
    ['do_train', do_train],
    ['do_eval', do_eval],
    ['do_predict', do_predict],
  ]
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
