// The parts of the model whose gradients are written by hand, against the plain expressions and the library's own gradients.
import {
  add,
  div,
  engine,
  grads,
  logSoftmax,
  matMul,
  mean,
  mul,
  neg,
  oneHot,
  relu,
  reshape,
  rsqrt,
  sigmoid,
  log,
  softmax,
  square,
  sub,
  sum,
  tanh,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
  transpose,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { startNative } from '../backends/native.ts'
import { densified } from '../optim/gradient.ts'
import { AlbertConfig } from '../spec/albert-config.ts'
import { largestError } from '../testing/tensor-dump.ts'
import { lossAndGradients } from '../train/gradients.ts'
import { activation, activationRule } from './activations.ts'
import { dropoutPlaces } from './albert.ts'
import { attentionMask, attentionWeights, blockMask, selfAttention } from './attention.ts'
import { addBias } from './dense.ts'
import { dropped, keyedDropout, type Drop, type Dropout } from './dropout.ts'
import { feedForward } from './feed-forward.ts'
import { useHandGradients, useLibraryGradients } from './hand-gradient.ts'
import { classificationHead } from './heads.ts'
import { addNorm, layerNorm } from './layer-norm.ts'
import { crossEntropy, meanOf, sigmoidCrossEntropy, weightedMean } from './losses.ts'
import { backboneParams, createParams } from './params.ts'
import { rowsAt } from './rows-at.ts'

beforeAll(async () => {
  await startNative({ backend: 'native', threads: 0 })
})

type Expression = (...x: Tensor[]) => Tensor

/** Fixed numbers without pattern, between −size and size. */
function numbers(shape: number[], seed: number, size = 2): Tensor {
  const count = shape.reduce((product, extent) => product * extent, 1)
  const values = Float32Array.from(
    { length: count },
    (_, index) => size * Math.sin(12.9898 * (index + 1) + 78.233 * seed),
  )
  return tensor(values, shape)
}

/**
 * The same value, and the same gradient of every input under an uneven weighting; relative to the largest number of each.
 * @param flat which input changes nothing: its gradient is 0 but for rounding, which is compared with the first input's
 */
function expectSame(ours: Expression, plain: Expression, inputs: Tensor[], limit = 1e-5, flat = -1): void {
  tidy(() => {
    expect(furthest(ours(...inputs), plain(...inputs)), 'value').toBeLessThan(limit)
    const weighted =
      (f: Expression) =>
      (...x: Tensor[]) => {
        const y = f(...x)
        return sum(mul(y, numbers(y.shape, 9)))
      }
    const wanted = grads(weighted(plain))(inputs)
    grads(weighted(ours))(inputs).forEach((gradient, index) => {
      expect(gradient.shape).toEqual(inputs[index]?.shape)
      const size = index === flat ? largest(wanted[0]) : largest(wanted[index])
      expect(furthest(gradient, wanted[index], size), `gradient of input ${index}`).toBeLessThan(limit)
    })
  })
}

function furthest(actual: Tensor, wanted: Tensor | undefined, size = largest(wanted)): number {
  const [a, b] = [actual.dataSync(), wanted?.dataSync() ?? []]
  expect(a.length).toBe(b.length)
  return Math.max(...Array.from(a, (value, index) => Math.abs(value - (b[index] ?? NaN)) / size))
}

function largest(x: Tensor | undefined): number {
  return Math.max(...Array.from(x?.dataSync() ?? [], Math.abs), 1e-30)
}

/** A drop whose kept places are known; and what x becomes under it. */
function dropOf(shape: number[], rate: number): { drop: Drop; plain: Expression } {
  const uniform = mul(add(numbers(shape, 5, 1), 1), 0.5)
  const kept = tensor(
    Float32Array.from(uniform.dataSync(), (value) => (value >= rate ? 1 / (1 - rate) : 0)),
    shape,
  )
  const seeds = [reshape(uniform, [-1, shape.at(-1) ?? 1])]
  const drop: Drop = { rate, seeds, uniform: ([given]) => given as Tensor }
  return { drop, plain: (x) => reshape(mul(reshape(x, shape), kept), x.shape) }
}

const same: Expression = (x) => x

function plainNorm(x: Tensor, gamma: Tensor, beta: Tensor): Tensor {
  const centred = sub(x, mean(x, -1, true))
  return add(mul(mul(centred, rsqrt(add(mean(square(centred), -1, true), 1e-12))), gamma), beta)
}

function plainGelu(x: Tensor): Tensor {
  const inner = mul(add(x, mul(mul(x, square(x)), 0.044715)), Math.sqrt(2 / Math.PI))
  return mul(mul(x, 0.5), add(tanh(inner), 1))
}

const SHAPES = [
  [1, 1],
  [1, 7],
  [5, 3],
  [33, 64],
] as const

describe('bias', () => {
  test.each(SHAPES)('of rows [%i, %i]', (rows, width) => {
    const ours: Expression = (x, bias) => addBias(x as Tensor2D, bias)
    expectSame(ours, (x, bias) => add(x, bias), [numbers([rows, width], 1), numbers([width], 2)])
  })
})

describe('LayerNorm', () => {
  const ours = (x: Tensor, gamma: Tensor, beta: Tensor) =>
    layerNorm({ 'n/gamma': gamma, 'n/beta': beta }, 'n', x)

  test.each([
    [1, 3, 2],
    [5, 3, 2],
    [33, 64, 2],
    [4, 16, 1e4], // far from 1
    [4, 16, 1e-3],
  ])('of rows [%i, %i] of size %f', (rows, width, size) => {
    const inputs = [numbers([rows, width], 1, size), numbers([width], 2), numbers([width], 3)]
    expectSame(ours, plainNorm, inputs)
  })

  test('rows far from 0 keep their precision', () => {
    const inputs = [add(numbers([6, 32], 1), 1000), numbers([32], 2), numbers([32], 3)]
    expectSame(ours, plainNorm, inputs, 1e-4) // the rows themselves are rounded to 6e-5
  })
})

describe('what ends each half of a block', () => {
  const names = { bias: 'bias', norm: 'n' }

  test.each([
    [1, 3, 0],
    [6, 5, 0],
    [6, 5, 0.1],
    [24, 48, 0.5],
  ])('rows [%i, %i], dropout %f', (rows, width, rate) => {
    const { drop, plain } = dropOf([1, rows, width], rate)
    const ours = (product: Tensor, bias: Tensor, residual: Tensor, gamma: Tensor, beta: Tensor) =>
      addNorm({ bias, 'n/gamma': gamma, 'n/beta': beta }, names, product, residual, rate === 0 ? null : drop)
    const expected = (product: Tensor, bias: Tensor, residual: Tensor, gamma: Tensor, beta: Tensor) =>
      plainNorm(add((rate === 0 ? same : plain)(add(product, bias)), residual), gamma, beta)
    expectSame(ours, expected, [
      numbers([rows, width], 1),
      numbers([width], 2),
      numbers([rows, width], 3),
      numbers([width], 4),
      numbers([width], 6),
    ])
  })

  test('the same rows on both ways add up', () => {
    const ours = (x: Tensor, gamma: Tensor) =>
      addNorm({ bias: gamma, 'n/gamma': gamma, 'n/beta': gamma }, names, x, x, null)
    const expected = (x: Tensor, gamma: Tensor) => plainNorm(add(add(x, gamma), x), gamma, gamma)
    expectSame(ours, expected, [numbers([3, 8], 1), numbers([8], 2)])
  })
})

describe('activations', () => {
  const plain = { gelu: plainGelu, relu, tanh, linear: same }

  test.each(Object.entries(plain))('%s, odd values among them', (name, expected) => {
    const odd = tensor1d([0, -0, 1e-30, -1e-30, 1e-4, -1e-4, 0.5, -0.5, 3, -3, 9, -9, 40, -40])
    expectSame(activation(name), expected, [odd])
    expectSame(activation(name), expected, [numbers([7, 5], 1, 4)])
  })

  test.each(Object.entries(plain))('feed-forward network with %s', (name, expected) => {
    const ours = (x: Tensor, kernel: Tensor, bias: Tensor, out: Tensor) =>
      feedForward(
        { 'f/dense/kernel': kernel, 'f/dense/bias': bias, 'f/output/dense/kernel': out },
        'f',
        x,
        activationRule(name),
      )
    const plainly = (x: Tensor, kernel: Tensor, bias: Tensor, out: Tensor) =>
      matMul(expected(add(matMul(x, kernel), bias)), out)
    for (const [rows, width, wide] of [
      [1, 1, 1],
      [5, 3, 7],
      [24, 16, 64],
    ] as const) {
      const inputs = [
        numbers([rows, width], 1),
        numbers([width, wide], 2),
        numbers([wide], 3),
        numbers([wide, width], 4),
      ]
      expectSame(ours, plainly, inputs)
    }
  })
})

describe('self-attention', () => {
  const parts = ['query', 'key', 'value'].flatMap((part) => [`a/${part}/kernel`, `a/${part}/bias`])

  test.each([
    { batch: 1, length: 1, heads: 1, depth: 1, rate: 0, packed: false },
    { batch: 2, length: 3, heads: 2, depth: 3, rate: 0, packed: false },
    { batch: 3, length: 5, heads: 1, depth: 4, rate: 0.2, packed: false },
    { batch: 2, length: 16, heads: 4, depth: 8, rate: 0.5, packed: false },
    { batch: 2, length: 6, heads: 2, depth: 4, rate: 0.1, packed: true },
  ])('$batch × $length, $heads heads of $depth, dropout $rate, packed $packed', (sizes) => {
    const { batch, length, heads, depth, rate, packed } = sizes
    const width = heads * depth
    const extent = { batch, length }
    const config = {
      hidden_size: width,
      num_attention_heads: heads,
      attention_probs_dropout_prob: rate,
    }
    const { drop, plain } = dropOf([batch, heads, length, length], rate)
    // Of the last row nothing is to be seen; packed, half of the row is another example's.
    const ids = Array.from({ length: batch * length }, (_, place) =>
      packed
        ? Math.floor((2 * (place % length)) / length) + 1
        : place < (batch - 1) * length || batch === 1
          ? 1
          : 0,
    )
    const input_mask = tensor(Int32Array.from(ids), [batch, length], 'int32')
    const mask = (packed ? blockMask : attentionMask)(input_mask, extent)
    const dropout: Dropout = (shape, asked) => {
      expect([shape, asked]).toEqual([[batch, heads, length, length], rate])
      return rate === 0 ? null : drop
    }
    const ours: Expression = (x, ...weights) => {
      const params = Object.fromEntries(parts.map((name, index) => [name, weights[index] as Tensor]))
      return selfAttention(attentionWeights(params, 'a'), x, mask, extent, config, dropout)
    }
    const expected: Expression = (x, ...weights) => {
      const head = (part: number) => {
        const rows = add(matMul(x, weights[2 * part] as Tensor), weights[2 * part + 1] as Tensor)
        return transpose(reshape(rows, [batch, length, heads, depth]), [0, 2, 1, 3])
      }
      const scores = mul(matMul(head(0), head(1), false, true), 1 / Math.sqrt(depth))
      const probs = (rate === 0 ? same : plain)(softmax(add(scores, mask)))
      return reshape(transpose(matMul(probs, head(2)), [0, 2, 1, 3]), [batch * length, width])
    }
    const weights = [1, 2, 3].flatMap((seed) => [
      numbers([width, width], seed, 0.7),
      numbers([width], seed + 3, 0.7),
    ])
    const key_bias = 4 // adds the same to all scores of a query
    expectSame(ours, expected, [numbers([batch * length, width], 8), ...weights], 1e-5, key_bias)
  })
})

describe('dropout', () => {
  test.each([0.1, 0.5, 0.9])('rate %f', (rate) => {
    const { drop, plain } = dropOf([4, 9], rate)
    expectSame((x) => dropped(x, drop), plain, [numbers([4, 9], 1)])
  })
})

describe('rows at places', () => {
  test.each([
    { rows: 2, width: 1, places: [1] },
    { rows: 5, width: 3, places: [4, 0, 4, 4] }, // some often, some never
    { rows: 40, width: 16, places: [39, 7, 8, 7, 0, 1, 2, 3] },
  ])('$places of $rows', ({ rows, width, places }) => {
    const at = tensor1d(places, 'int32')
    const plain: Expression = (table) =>
      matMul(oneHot(at, rows, 1, 0, 'float32') as Tensor2D, table as Tensor2D)
    expectSame((table) => rowsAt(table, at), plain, [numbers([rows, width], 1)])
    const square = reshape(at, [1, places.length])
    expect(rowsAt(numbers([rows, width], 1), square).shape).toEqual([1, places.length, width])
  })
})

describe('losses', () => {
  test.each([
    [1, 2, 2],
    [6, 3, 2],
    [3, 384, 30], // sure of itself
    [40, 11, 1e-3],
  ])('cross entropy of [%i, %i], logits to %f', (rows, classes, size) => {
    const labels = tensor1d(
      Array.from({ length: rows }, (_, row) => (7 * row) % classes),
      'int32',
    )
    const plain: Expression = (logits) =>
      neg(sum(mul(logSoftmax(logits), oneHot(labels, classes, 1, 0, 'float32')), -1))
    expectSame((logits) => crossEntropy(logits as Tensor2D, labels), plain, [
      numbers([rows, classes], 1, size),
    ])
  })

  test('cross entropy where positions are masked', () => {
    const logits = tensor([1, -1e30, 2, -1e30, -1e30, 3], [2, 3])
    const labels = tensor1d([2, 0], 'int32') // the second is itself masked
    const plain: Expression = (logits) =>
      neg(sum(mul(logSoftmax(logits), oneHot(labels, 3, 1, 0, 'float32')), -1))
    expectSame((logits) => crossEntropy(logits as Tensor2D, labels), plain, [logits])
  })

  test('cross entropy of the sigmoid', () => {
    const expected = tensor1d([0, 1, 0, 1, 1])
    const plain: Expression = (x) => {
      const p = sigmoid(x)
      return neg(add(mul(expected, log(p)), mul(sub(1, expected), log(sub(1, p)))))
    }
    const ours: Expression = (x) => sigmoidCrossEntropy(x as Tensor1D, expected)
    expectSame(ours, plain, [tensor1d([0.3, -1.2, 2.5, 4, -0.01])])
    const far = tensor1d([100, -100, -100, 100, 0])
    expect([...ours(far).dataSync()].slice(0, 4)).toEqual([100, 100, 0, 0]) // overflows nowhere
    const slope = grads((x: Tensor) => sum(ours(x)))([far])[0] as Tensor
    expect([...slope.dataSync()]).toEqual([1, -1, 0, 0, -0.5])
  })

  test.each([1, 3, 32])('means of %i', (count) => {
    const weights = tensor1d(Array.from({ length: count }, (_, index) => index % 2))
    expectSame(
      (x) => meanOf(x as Tensor1D),
      (x) => mean(x),
      [numbers([count], 1)],
    )
    const plain: Expression = (x) => div(sum(mul(weights, x)), add(sum(weights), 1e-5))
    expectSame((x) => weightedMean(x as Tensor1D, weights), plain, [numbers([count], 1)])
  })
})

test('the library alone gives the same step of a whole model', () => {
  const config = AlbertConfig.parse({
    vocab_size: 12,
    embedding_size: 4,
    hidden_size: 8,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    intermediate_size: 12,
    max_position_embeddings: 8,
    hidden_dropout_prob: 0.2,
    attention_probs_dropout_prob: 0.2,
    initializer_range: 0.3,
  })
  const head = classificationHead(3)
  const params = createParams([...backboneParams(config), ...head.params(config)], 3)
  const ids = (values: number[]) => tensor2d(values, [2, 4], 'int32')
  const batch = {
    input_ids: ids([2, 5, 6, 3, 2, 7, 3, 0]),
    input_mask: ids([1, 1, 1, 1, 1, 1, 1, 0]),
    segment_ids: ids([0, 0, 1, 1, 0, 0, 0, 0]),
    label_ids: tensor1d([2, 0], 'int32'),
  }
  const step = () => {
    const ops = vi.spyOn(engine(), 'runKernel')
    const gradients = new Map<string, number[]>()
    const loss = tidy(() => {
      const dropout = keyedDropout(tensor1d([1, 1], 'int32'), dropoutPlaces(config) + 1)
      const found = lossAndGradients(params, batch, { config, head, dropout })
      for (const [name, gradient] of Object.entries(found.gradients))
        gradients.set(name, Array.from(densified(gradient).dataSync()))
      return found.loss.dataSync()
    })
    const count = ops.mock.calls.length
    ops.mockRestore()
    return { loss: loss[0] ?? NaN, gradients, count }
  }
  const ours = step()
  onTestFinished(useHandGradients)
  useLibraryGradients()
  const library = step()
  expect(library.count).toBeGreaterThan(ours.count) // another way it was
  expect(library.loss).toBeCloseTo(ours.loss, 5)
  expect([...library.gradients.keys()]).toEqual([...ours.gradients.keys()])
  for (const [name, gradient] of library.gradients)
    expect(largestError(gradient, ours.gradients.get(name) ?? []), name).toBeLessThan(1e-5)
})
