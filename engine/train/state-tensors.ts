// A TrainState in, the arrays a checkpoint holds out; and back.
import { scalar, tensor, type Tensor } from '@tensorflow/tfjs-core'
import type { NamedTensor } from '../checkpoint/named-tensor.ts'
import type { Params } from '../model/params.ts'
import { EngineFailure } from '../spec/errors.ts'
import { say, type Said } from '../spec/sentences.ts'
import type { TrainState } from './state.ts'

/** The weights alone, by name. */
export function* paramArrays(params: Params, suffix = ''): Generator<NamedTensor> {
  for (const [name, value] of Object.entries(params)) {
    yield {
      name: `${name}${suffix}`,
      dtype: 'float32',
      shape: value.shape,
      data: value.dataSync<'float32'>(),
    }
  }
}

/** The weights and both moments, under the names that the original gives its slots. */
export function* stateArrays({ params, adam_m, adam_v }: TrainState): Generator<NamedTensor> {
  yield* paramArrays(params)
  yield* paramArrays(adam_m, '/adam_m')
  yield* paramArrays(adam_v, '/adam_v')
}

/**
 * The state that a checkpoint of ours holds, but for the loss scale, which its record has.
 * @param shapes the variables that the model of this run has
 * @throws EngineFailure 'bad-checkpoint' where the checkpoint is one of another model
 */
export function stateFrom(
  tensors: ReadonlyMap<string, NamedTensor>,
  step: number,
  shapes: readonly { name: string; shape: readonly number[] }[],
  prefix: string,
): TrainState {
  const read = (suffix: string) => paramsFrom(tensors, shapes, prefix, suffix)
  return { step: scalar(step, 'int32'), params: read(''), adam_m: read('/adam_m'), adam_v: read('/adam_v') }
}

/** The named variables of a checkpoint as tensors; the caller disposes them. @throws EngineFailure 'bad-checkpoint' */
export function paramsFrom(
  tensors: ReadonlyMap<string, NamedTensor>,
  shapes: readonly { name: string; shape: readonly number[] }[],
  prefix: string,
  suffix = '',
): Params {
  return Object.fromEntries(
    shapes.map(({ name, shape }) => [name, tensorFrom(tensors, `${name}${suffix}`, shape, prefix)]),
  )
}

function tensorFrom(
  tensors: ReadonlyMap<string, NamedTensor>,
  name: string,
  shape: readonly number[],
  prefix: string,
): Tensor {
  const found = tensors.get(name)
  if (found === undefined) throw mismatch(prefix, say('run-lacks-variable', { file: prefix, name }))
  if (found.dtype !== 'float32' || found.shape.join() !== shape.join()) {
    const has = `${found.dtype} [${found.shape.join(', ')}]`
    const needed = `float32 [${shape.join(', ')}]`
    throw mismatch(prefix, say('run-other-shape', { file: prefix, name, found: has, needed }))
  }
  return tensor(found.data as Float32Array, [...shape], 'float32')
}

function mismatch(file: string, said: Said): EngineFailure {
  return new EngineFailure({ code: 'bad-checkpoint', file, ...said })
}
