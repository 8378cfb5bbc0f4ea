// A trained model and a file without labels in; a job that answers the file, with a copy of it in the run's folder, out.
import { randomUUID } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Hyperparameters } from '../../../engine/spec/hyperparameters.ts'
import type { RunRequest } from '../../../engine/spec/run.ts'
import { Runtime } from '../../../engine/spec/runtime.ts'
import { HostFailure } from '../../contract/errors.ts'
import type { MethodParsedInput } from '../../contract/host.ts'
import type { DatasetRecord, JobRecord, ModelRecord } from '../../contract/records.ts'
import { say } from '../../contract/sentences.ts'
import type { Aside } from '../datasets/aside.ts'
import type { RunModel } from '../../../engine/spec/run.ts'
import type { KnownFile } from '../uploads/known-files.ts'
import { recordOf } from './new-job.ts'

type Wish = MethodParsedInput<'jobs.predict'>

/** What answers: a finished run, or a model whose answers were trained elsewhere, with the task that they are for. */
export type Predictor = Pick<RunRequest, 'task' | 'model' | 'hyperparameters' | 'runtime'> &
  Partial<Pick<RunRequest, 'extractive_qa' | 'multiple_choice' | 'null_score_diff_threshold'>> & {
    name: string
    model_id: string | null
  }

/** @throws HostFailure `not-allowed-now` for a run that left no weights */
export function predictorOfRun(job: JobRecord, request: RunRequest): Predictor {
  if (job.status !== 'done' || !request.do_train)
    throw new HostFailure({
      code: 'not-allowed-now',
      status: job.status,
      ...say('predict-not-finished', { name: job.name }),
    })
  const { task, model, hyperparameters, extractive_qa, multiple_choice, runtime, output_dir } = request
  const threshold = job.result?.metrics['null_score_diff_threshold']
  return {
    task,
    hyperparameters,
    runtime,
    ...(extractive_qa !== undefined && { extractive_qa }),
    ...(multiple_choice !== undefined && { multiple_choice }),
    ...(threshold !== undefined && { null_score_diff_threshold: threshold }),
    model: { ...model, init_checkpoint: path.join(output_dir, 'model.ckpt-best') },
    name: job.name,
    model_id: job.model_id,
  }
}

/** The dataset says what the answers mean; its recipe says how its texts are cut. */
export function predictorOfModel(
  model: { record: ModelRecord; run: RunModel },
  { task }: DatasetRecord,
): Predictor {
  const recipe = Hyperparameters.parse(task.preset)
  const most = model.record.albert_config.max_position_embeddings
  return {
    task,
    model: model.run,
    hyperparameters: { ...recipe, max_seq_length: Math.min(recipe.max_seq_length, most) },
    runtime: Runtime.parse({}),
    name: model.record.name,
    model_id: model.record.id,
  }
}

export type PredictionParts = {
  /** Folder of all runs. */
  runs: string
  origin: JobRecord['origin']
  aside: Aside
  /** Aborted when the host closes. */
  closing: AbortSignal
}

/**
 * @throws HostFailure `bad-file` with the first faulty row, `invalid-input` for a column that is missing, `disk-full`; nothing is left then
 */
export async function newPrediction(
  wish: Wish,
  predictor: Predictor,
  file: KnownFile,
  { runs, origin, aside, closing }: PredictionParts,
): Promise<{ record: JobRecord; request: RunRequest }> {
  const id = randomUUID()
  const output_dir = path.join(runs, id)
  const { name, model_id, task: learnt, ...rest } = predictor
  try {
    const input = path.join(output_dir, 'input')
    const { size } = await stat(file.path)
    const watch = { bytes: size, signal: closing, onBytes: () => undefined }
    const { id: copy, task } = await aside('copy-unlabelled', { wish, learnt, file, folder: input }, watch)
    const request: RunRequest = {
      ...rest,
      task,
      data_dir: path.join(input, copy),
      output_dir,
      do_train: false,
      do_eval: false,
      do_predict: true,
    }
    const names = {
      name: wish.name || `${file.name}, ${name}`,
      dataset_id: null,
      dataset_name: file.name,
      dataset_version: '',
      model_id,
      model_name: name,
    }
    return { request, record: recordOf(id, names, request, origin) }
  } catch (error) {
    await rm(output_dir, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
}
