// The models whose numbers the original was run for: their configs, weights and batches, read from the goldens.
import { tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core'
import path from 'node:path'
import { z } from 'zod'
import { readBundle } from '../checkpoint/bundle-reader.ts'
import type { ModelInputs } from '../model/albert.ts'
import type { Params } from '../model/params.ts'
import { AlbertConfig } from '../spec/albert-config.ts'
import type { TaskSpec } from '../spec/task-spec.ts'
import type { BatchTensors } from '../train/batch-tensors.ts'
import { golden, GOLDENS, readDump } from './tensor-dump.ts'

/** Each is the only one with something: a plain one, groups and inner groups, the v2 files' keys, relu without a mapping. */
export const ORACLE_MODELS = ['one-group', 'two-groups', 'v2-like', 'relu-square'] as const
export type OracleModel = (typeof ORACLE_MODELS)[number]

type Task = Pick<TaskSpec, 'kind' | 'labels'>
export const ORACLE_TASKS = {
  classifier: { kind: 'classification', labels: ['0', '1', '2'] },
  regression: { kind: 'regression', labels: null },
} as const satisfies Record<string, Task | { labels: readonly string[] }>
export type OracleTask = keyof typeof ORACLE_TASKS

/** The task as the engine takes it. */
export function oracleTask(name: OracleTask): Task {
  const { kind, labels } = ORACLE_TASKS[name]
  return { kind, labels: labels === null ? null : [...labels] }
}

export function oracleConfig(model: OracleModel, folder = ''): AlbertConfig {
  return golden(path.join('model', model, folder, 'albert_config.json'), AlbertConfig)
}

/** Backbone of `pretrained/` and, when a task is named, its head. */
export async function oracleParams(model: OracleModel, task?: OracleTask): Promise<Params> {
  const bundle = await readBundle(path.join(GOLDENS, 'model', model, 'pretrained', 'model.ckpt-best'))
  const values = [...bundle.values()].filter(({ name }) => name.startsWith('bert/'))
  const params: Params = Object.fromEntries(
    values.map(({ name, data, shape }) => [name, tensor(data as Float32Array, [...shape], 'float32')]),
  )
  if (task !== undefined) Object.assign(params, dumpedParams(`model/${model}/${task}/head`))
  return params
}

/** The arrays of a dump whose names start with `prefix`, as tensors named by what follows. */
export function dumpedParams(stem: string, prefix = ''): Params {
  return Object.fromEntries(
    [...readDump(stem)]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, { data, shape }]) => [name.slice(prefix.length), tensor(data, shape, 'float32')]),
  )
}

const rows = z.array(z.array(z.int()))
const inputs = { input_ids: rows, input_mask: rows, segment_ids: rows }

export function oracleInputs(model: OracleModel): ModelInputs {
  return toTensors(golden(`model/${model}/encoder-inputs.json`, z.object(inputs)))
}

const OracleBatch = z.object({ ...inputs, label_ids: z.array(z.number()) })

/** The five batches of a task, or the one of a folder with a single batch. */
export function oracleBatches(model: OracleModel, task: OracleTask): BatchTensors[] {
  return golden(`model/${model}/${task}/batches.json`, z.array(OracleBatch)).map((batch) =>
    withLabels(batch, task),
  )
}

export function oracleDropoutBatch(model: OracleModel): BatchTensors {
  const file = z.union([
    OracleBatch,
    z.array(OracleBatch).transform(([first]) => first as z.infer<typeof OracleBatch>),
  ])
  return withLabels(golden(`model/${model}/dropout/batch.json`, file), 'classifier')
}

function withLabels(batch: z.infer<typeof OracleBatch>, task: OracleTask): BatchTensors {
  const dtype = ORACLE_TASKS[task].kind === 'classification' ? 'int32' : 'float32'
  return { ...toTensors(batch), label_ids: tensor1d(batch.label_ids, dtype) }
}

function toTensors(batch: {
  input_ids: number[][]
  input_mask: number[][]
  segment_ids: number[][]
}): ModelInputs {
  return {
    input_ids: tensor2d(batch.input_ids, undefined, 'int32'),
    input_mask: tensor2d(batch.input_mask, undefined, 'int32'),
    segment_ids: tensor2d(batch.segment_ids, undefined, 'int32'),
  }
}

/** What a part may differ by: ten times the noise of float32 that was measured for it, and never less than 1e-6. */
export function tolerance(part: string): number {
  const noise = golden('model/noise.json', z.record(z.string(), z.number()))[part]
  if (noise === undefined) throw new Error(`There is no measured noise for "${part}".`)
  return Math.max(1e-6, 10 * noise)
}
