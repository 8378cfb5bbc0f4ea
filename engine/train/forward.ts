// A checkpoint and one batch of ids in, what the encoder makes of them layer by layer out: for comparing with other programs.
import { tensor, tensor2d, type Tensor } from '@tensorflow/tfjs-core'
import { startNative } from '../backends/native.ts'
import { openBundle } from '../checkpoint/bundle-reader.ts'
import { initialise } from '../checkpoint/restore.ts'
import { albert, lookUp, type AlbertOutputs } from '../model/albert.ts'
import { noDropout } from '../model/dropout.ts'
import { backboneParams, type Params } from '../model/params.ts'
import type { AlbertConfig } from '../spec/albert-config.ts'
import { EngineFailure } from '../spec/errors.ts'
import { Runtime } from '../spec/runtime.ts'

export type ForwardRequest = {
  albert_config: AlbertConfig
  /** Prefix of a TensorFlow checkpoint that has every weight of the encoder. */
  init_checkpoint: string
  input_ids: number[][] // [B, T]
  input_mask: number[][] // [B, T]
  segment_ids: number[][] // [B, T]
}

export type ForwardOutputs = {
  embedding_output: unknown // [B, T, E]
  all_encoder_layers: unknown[] // each [B, T, H]
  pooled_output: unknown // [B, H]
}

/** @throws EngineFailure `bad-checkpoint`, `bad-config` when an id or the length is beyond the config, `backend-missing` */
export async function forward(request: ForwardRequest): Promise<ForwardOutputs> {
  const { albert_config, init_checkpoint } = request
  expectWithin(request)
  await startNative(Runtime.parse({}))
  const specs = backboneParams(albert_config)
  const { tensors, report } = await initialise(specs, await openBundle(init_checkpoint))
  if (report.missing.length > 0) {
    const message = `${init_checkpoint} lacks ${report.missing.join(', ')}.`
    throw new EngineFailure({ code: 'bad-checkpoint', file: `${init_checkpoint}.index`, message })
  }
  const params: Params = Object.fromEntries(
    [...tensors.values()].map(({ name, data, shape }) => [
      name,
      tensor(data as Float32Array, [...shape], 'float32'),
    ]),
  )
  const outputs = encode(params, request, albert_config)
  return {
    embedding_output: nested(outputs.embedding_output),
    all_encoder_layers: outputs.all_encoder_layers.map(nested),
    pooled_output: nested(outputs.pooled_output),
  }
}

export type InputTables = Pick<ForwardRequest, 'input_ids' | 'input_mask' | 'segment_ids'>

/** The encoder on one batch as it is outside of training. */
export function encode(params: Params, tables: InputTables, config: AlbertConfig): AlbertOutputs {
  const input_ids = tensor2d(tables.input_ids, undefined, 'int32')
  const segment_ids = tensor2d(tables.segment_ids, undefined, 'int32')
  const input_mask = tensor2d(tables.input_mask, undefined, 'int32')
  return albert(params, lookUp(params, { input_ids, segment_ids }), { input_mask }, config, noDropout)
}

/** Looked up beyond its end a table gives anything. */
function expectWithin({ albert_config, input_ids, segment_ids }: ForwardRequest): void {
  const { vocab_size, type_vocab_size, max_position_embeddings } = albert_config
  const longest = Math.max(...input_ids.map((row) => row.length))
  if (longest > max_position_embeddings)
    throw beyond('max_position_embeddings', longest, max_position_embeddings)
  for (const [field, table, size] of [
    ['vocab_size', input_ids, vocab_size],
    ['type_vocab_size', segment_ids, type_vocab_size],
  ] as const) {
    for (const row of table) for (const id of row) if (id >= size) throw beyond(field, id, size)
  }
}

function beyond(field: string, value: number, size: number): EngineFailure {
  const message = `The input has ${value}, and the model's ${field} is ${size}. Give the config that belongs to the input.`
  return new EngineFailure({ code: 'bad-config', field, message })
}

function nested(value: Tensor): unknown {
  return value.arraySync()
}
