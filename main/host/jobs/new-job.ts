// What a person chose in; a job's record and the frozen request of its run out.
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { hyperparameterViolations, type Hyperparameters } from '../../../engine/spec/hyperparameters.ts'
import {
  ExtractiveQaHyperparameters,
  kindViolations,
  MultipleChoiceHyperparameters,
  type KindHyperparameters,
} from '../../../engine/spec/kind-hyperparameters.ts'
import type { RunRequest } from '../../../engine/spec/run.ts'
import type { TaskSpec } from '../../../engine/spec/task-spec.ts'
import { HostFailure, type FieldFault } from '../../contract/errors.ts'
import type { MethodParsedInput } from '../../contract/host.ts'
import type { DatasetRecord, JobRecord, ModelRecord } from '../../contract/records.ts'
import type { RunModel } from '../../../engine/spec/run.ts'
import { say } from '../../contract/sentences.ts'

type Chosen = MethodParsedInput<'jobs.create'>

export type NewJobParts = {
  dataset: DatasetRecord
  /** Folder of the dataset's files. */
  data_dir: string
  model: { record: ModelRecord; run: RunModel }
  /** Folder of all runs. */
  runs: string
  origin: JobRecord['origin']
}

/** @throws HostFailure `invalid-input` with a fault for each field, or `bad-file` when the dataset's files are gone */
export function newJob(chosen: Chosen, parts: NewJobParts): { record: JobRecord; request: RunRequest } {
  const { dataset, model, data_dir } = parts
  const id = randomUUID()
  const own = knobsOfKind(chosen, dataset.task)
  const faults = faultsOf(
    chosen.hyperparameters,
    model.record.albert_config.max_position_embeddings,
    dataset.task,
    own,
  )
  if (faults.length > 0) throw invalid(faults)
  if (!dataset.available) {
    const said = say('dataset-files-gone', { name: dataset.name, file: data_dir })
    throw new HostFailure({ code: 'bad-file', file: data_dir, line: null, column: null, ...said })
  }
  const request: RunRequest = {
    task: dataset.task,
    data_dir,
    model: model.run,
    hyperparameters: chosen.hyperparameters,
    ...own,
    runtime: chosen.runtime,
    output_dir: path.join(parts.runs, id),
    do_train: true,
    do_eval: true,
    do_predict: chosen.do_predict && dataset.task.splits.test !== null,
  }
  const names = {
    name: chosen.name || `${dataset.name}, ${model.record.name}`,
    dataset_id: dataset.id,
    dataset_name: dataset.name,
    dataset_version: dataset.version,
    model_id: model.record.id,
    model_name: model.record.name,
  }
  return { request, record: recordOf(id, names, request, parts.origin) }
}

/** The record of a job that waits for its first execution. */
export function recordOf(
  id: string,
  names: Pick<
    JobRecord,
    'name' | 'dataset_id' | 'dataset_name' | 'dataset_version' | 'model_id' | 'model_name'
  >,
  request: RunRequest,
  origin: JobRecord['origin'],
): JobRecord {
  return {
    id,
    ...names,
    status: 'queued',
    position: 0, // the store puts it last
    task: request.task,
    albert_config: request.model.albert_config,
    hyperparameters: request.hyperparameters,
    ...(request.extractive_qa !== undefined && { extractive_qa: request.extractive_qa }),
    ...(request.multiple_choice !== undefined && { multiple_choice: request.multiple_choice }),
    runtime: request.runtime,
    do_predict: request.do_predict,
    do_train: request.do_train,
    origin,
    progress: null,
    plan: null,
    error: null,
    result: null,
    created_at: Date.now(),
    started_at: null,
    ended_at: null,
    worked_seconds: 0,
  }
}

/** The knobs that only this kind of task has, with what was chosen of them; none for the other kinds. */
function knobsOfKind(
  { extractive_qa, multiple_choice }: Chosen,
  { kind }: TaskSpec,
): Pick<RunRequest, 'extractive_qa' | 'multiple_choice'> {
  if (kind === 'extractive-qa')
    return { extractive_qa: extractive_qa ?? ExtractiveQaHyperparameters.parse({}) }
  if (kind === 'multiple-choice')
    return { multiple_choice: multiple_choice ?? MultipleChoiceHyperparameters.parse({}) }
  return {}
}

/** The rules between knobs, and between the knobs, the model and the dataset. */
export function faultsOf(
  hyperparameters: Hyperparameters,
  max_position_embeddings: number,
  task: TaskSpec,
  own: KindHyperparameters,
): FieldFault[] {
  const faults: FieldFault[] = hyperparameterViolations(hyperparameters, max_position_embeddings).map(
    ({ field, message }) => ({ field: `hyperparameters.${field}`, message }),
  )
  faults.push(...kindViolations(hyperparameters, own).map(({ field, message }) => ({ field, message })))
  for (const split of ['train', 'dev'] as const) {
    if (task.splits[split] !== null) continue
    faults.push({
      field: 'dataset_id',
      message: `${task.title} has no ${split} file; a run trains on train and is measured on dev.`,
    })
  }
  return faults
}

export function invalid(faults: FieldFault[]): HostFailure {
  const message = faults.map((fault) => fault.message).join(' ')
  return new HostFailure({ code: 'invalid-input', faults, message })
}
