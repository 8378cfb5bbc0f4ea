// The models whose numbers the original was run for: their configs, weights and inputs, read from the goldens.
import { tensor, tensor2d } from '@tensorflow/tfjs-core'
import path from 'node:path'
import { z } from 'zod'
import { readBundle } from '../checkpoint/bundle-reader.ts'
import type { ModelInputs } from '../model/albert.ts'
import type { Params } from '../model/params.ts'
import { AlbertConfig } from '../spec/albert-config.ts'
import { golden, GOLDENS, readDump } from './tensor-dump.ts'

/** Each is the only one with something: a plain one, groups and inner groups, the v2 files' keys, relu without a mapping. */
export const ORACLE_MODELS = ['one-group', 'two-groups', 'v2-like', 'relu-square'] as const
export type OracleModel = (typeof ORACLE_MODELS)[number]

export function oracleConfig(model: OracleModel, folder = ''): AlbertConfig {
  return golden(path.join('model', model, folder, 'albert_config.json'), AlbertConfig)
}

/** Every weight of `pretrained/`, its `cls/` heads only on request; and, when a task is named, the task's head. */
export async function oracleParams(
  model: OracleModel,
  task?: string,
  { cls = false }: { cls?: boolean } = {},
): Promise<Params> {
  const bundle = await readBundle(path.join(GOLDENS, 'model', model, 'pretrained', 'model.ckpt-best'))
  const values = [...bundle.values()].filter(
    ({ name }) => name.startsWith('bert/') || (cls && name.startsWith('cls/')),
  )
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
export const OracleInputs = z.object({ input_ids: rows, input_mask: rows, segment_ids: rows })

export function oracleInputs(model: OracleModel): ModelInputs {
  return inputTensorsOf(golden(`model/${model}/encoder-inputs.json`, OracleInputs))
}

export function inputTensorsOf({
  input_ids,
  input_mask,
  segment_ids,
}: z.infer<typeof OracleInputs>): ModelInputs {
  return {
    input_ids: tensor2d(input_ids, undefined, 'int32'),
    input_mask: tensor2d(input_mask, undefined, 'int32'),
    segment_ids: tensor2d(segment_ids, undefined, 'int32'),
  }
}

/** What a part may differ by: ten times the noise of float32 that was measured for it, and never less than 1e-6. */
export function tolerance(part: string): number {
  const noise = golden('model/noise.json', z.record(z.string(), z.number()))[part]
  if (noise === undefined) throw new Error(`There is no measured noise for "${part}".`)
  return Math.max(1e-6, 10 * noise)
}
