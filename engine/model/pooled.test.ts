// What a head gets of the pooled output alone is what the whole encoder gives: values and gradients, with dropout, packed or not.
import { tensor1d, tensor2d, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { startNative } from '../backends/native.ts'
import { AlbertConfig } from '../spec/albert-config.ts'
import { largestError } from '../testing/tensor-dump.ts'
import { valueAndGradients } from '../testing/value-and-gradients.ts'
import { dropoutPlaces, encoderOn, lookUp, type Encoder, type ModelInputs } from './albert.ts'
import { keyedDropout } from './dropout.ts'
import { backboneParams, createParams } from './params.ts'

beforeAll(async () => {
  await startNative({ backend: 'native', threads: 0 })
})

const table = (rows: number[][]): Tensor2D => tensor2d(rows, undefined, 'int32')

const padded = (): ModelInputs => ({
  input_ids: table([
    [2, 5, 6, 3, 0, 0],
    [2, 7, 8, 9, 5, 3],
    [2, 3, 0, 0, 0, 0],
  ]),
  input_mask: table([
    [1, 1, 1, 1, 0, 0],
    [1, 1, 1, 1, 1, 1],
    [0, 0, 0, 0, 0, 0], // nothing is to be seen
  ]),
  segment_ids: table([
    [0, 0, 1, 1, 0, 0],
    [0, 0, 0, 1, 1, 1],
    [0, 0, 0, 0, 0, 0],
  ]),
})

/** Four examples in two rows, not in their order. */
const packed = (): ModelInputs => ({
  input_ids: table([
    [2, 5, 3, 2, 6, 7],
    [2, 9, 2, 4, 3, 0],
  ]),
  input_mask: table([
    [1, 1, 1, 2, 2, 2],
    [1, 1, 2, 2, 2, 0],
  ]),
  segment_ids: table([
    [0, 0, 0, 0, 1, 1],
    [0, 1, 0, 0, 0, 0],
  ]),
  position_ids: table([
    [0, 1, 2, 0, 1, 2],
    [0, 1, 0, 1, 2, 0],
  ]),
  first_places: tensor1d([3, 8, 0, 6], 'int32'),
})

const small = {
  vocab_size: 10,
  embedding_size: 4,
  hidden_size: 8,
  num_attention_heads: 2,
  intermediate_size: 12,
  max_position_embeddings: 6,
  initializer_range: 0.5,
}

const drops = { hidden_dropout_prob: 0.3, attention_probs_dropout_prob: 0.4 }

test.each([
  ['rows of their own', padded, { num_hidden_layers: 3 }],
  ['shared rows', packed, { num_hidden_layers: 3 }],
  ['one layer', packed, { num_hidden_layers: 1 }],
  ['groups of two blocks', padded, { num_hidden_layers: 2, num_hidden_groups: 2, inner_group_num: 2 }],
  ['no layer', padded, { num_hidden_layers: 0 }],
  ['no dropout', packed, { hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 }],
])('%s', (_, inputsOf, change) => {
  const inputs = inputsOf()
  const config = {
    ...AlbertConfig.parse({ ...small, num_hidden_layers: 2, ...drops }),
    ...change,
  }
  const params = createParams(backboneParams(config), 5)
  const { word, token_type } = lookUp(params, inputs)
  const measured = (ask: (encoder: Encoder) => Tensor) =>
    valueAndGradients(() => {
      const dropout = keyedDropout(tensor1d([1, 2], 'int32'), dropoutPlaces(config))
      return ask(encoderOn(params, { word, token_type }, inputs, config, dropout))
    }, [word, token_type, ...Object.values(params)])
  tidy(() => {
    const whole = measured((encoder) => encoder.outputs().pooled_output)
    const alone = measured((encoder) => encoder.pooled())
    expect(largestError(alone.value.dataSync(), whole.value.dataSync())).toBeLessThan(1e-5)
    expect(alone.value.shape).toEqual([(inputs.first_places ?? inputs.input_ids).shape[0], 8])
    whole.grads.forEach((wanted, index) => {
      const gradient = alone.grads[index]
      expect(gradient?.shape).toEqual(wanted?.shape)
      const largest = Math.max(1, ...(wanted?.dataSync() ?? []).map(Math.abs))
      expect(
        largestError(gradient?.dataSync() ?? [], wanted?.dataSync() ?? []) / largest,
        `gradient ${index}`,
      ).toBeLessThan(1e-5)
    })
  })
})
