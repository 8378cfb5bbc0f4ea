// The first block's products through the narrow embeddings are those over the wide states: values and every gradient.
import {
  concat,
  mul,
  ones,
  randomNormal,
  reshape,
  tidy,
  zeros,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { startNative } from '../backends/native.ts'
import { largestError } from '../testing/tensor-dump.ts'
import { valueAndGradients } from '../testing/value-and-gradients.ts'
import { selfAttention, throughDense } from './attention.ts'
import { dense } from './dense.ts'
import { noDropout } from './dropout.ts'

beforeAll(async () => {
  await startNative({ backend: 'native', threads: 0 })
})

const NARROW = 4
const WIDE = 8
const EXTENT = { batch: 2, length: 5 }
const SIZES = { hidden_size: WIDE, num_attention_heads: 2, attention_probs_dropout_prob: 0 }

test('attention of a dense layer’s rows is the attention of its input with both weights in one', () => {
  tidy(() => {
    const drawn = (shape: number[], seed: number): Tensor => randomNormal(shape, 0, 0.5, 'float32', seed)
    const x = drawn([10, NARROW], 1)
    const params = { 'in/kernel': drawn([NARROW, WIDE], 2), 'in/bias': drawn([WIDE], 3) }
    const kernel = drawn([WIDE, 3 * WIDE], 4) as Tensor2D
    const bias = drawn([3 * WIDE], 5)
    const mask = reshape(concat([zeros([2, 4]), mul(ones([2, 1]), -10000)], 1), [2, 1, 1, 5])
    const measured = (attend: () => Tensor) => {
      const { value, grads } = valueAndGradients(attend, [x, kernel, bias, ...Object.values(params)])
      return [value, ...grads].map((one) => one?.dataSync() ?? [])
    }
    const wide = measured(() =>
      selfAttention({ kernel, bias }, dense(params, 'in', x), mask, EXTENT, SIZES, noDropout),
    )
    const narrow = measured(() =>
      selfAttention(throughDense({ kernel, bias }, params, 'in'), x, mask, EXTENT, SIZES, noDropout),
    )
    expect(narrow).toHaveLength(6)
    narrow.forEach((numbers, index) => {
      expect(Math.max(...numbers.map(Math.abs))).toBeGreaterThan(0.01)
      expect(largestError(numbers, wide[index]!), `${index}`).toBeLessThan(1e-5)
    })
  })
})
