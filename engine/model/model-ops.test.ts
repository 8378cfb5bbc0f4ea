// The activations' values, dropout's masks, and the first values of the weights.
import { gather, relu, tensor1d, tensor2d, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { startNative } from '../backends/native.ts'
import { AlbertConfig } from '../spec/albert-config.ts'
import { activation } from './activations.ts'
import { dropAt, dropped, keyedDropout } from './dropout.ts'
import { backboneParams, createParams, initialValues } from './params.ts'

beforeAll(async () => {
  await startNative({ backend: 'native', threads: 0 })
})

describe('activations', () => {
  test.each([
    [-4, -0.00007025],
    [-2, -0.04540231],
    [-0.5, -0.15428599],
    [1, 0.84119199],
    [2, 1.95459769],
    [3, 2.99636261],
  ])('gelu of %f is the tanh form, not the erf form', (x, y) => {
    for (const name of ['gelu', 'GELU', 'gelu_new']) {
      expect(activation(name)(tensor1d([x])).dataSync()[0]).toBeCloseTo(y, 6)
    }
  })

  test('names are the original’s', () => {
    const x = tensor1d([-1, 2])
    expect([...activation('relu')(x).dataSync()]).toEqual([...relu(x).dataSync()])
    for (const name of [null, '', 'linear']) expect(activation(name)(x)).toBe(x)
    expect(() => activation('gelu_erf')).toThrow(/gelu_erf/)
  })
})

describe('dropout', () => {
  const key = (step: number) => tensor1d([7, step], 'int32')
  const ones = () => tensor2d(new Float32Array(20000).fill(1), [200, 100])

  test('keeps the mean and the share', () => {
    const kept = dropped(ones(), keyedDropout(key(1), 1)([200, 100], 0.25)).dataSync()
    const share = kept.filter((value) => value > 0).length / kept.length
    expect(Math.abs(share - 0.75)).toBeLessThan(0.015) // five standard deviations
    expect(new Set(kept)).toEqual(new Set([0, Math.fround(1 / 0.75)]))
  })

  test('its numbers are uniform, and neighbours have nothing in common', () => {
    const [rows, width] = [400, 256]
    const drop = keyedDropout(key(3), 1)([4, 100, width], 0.5)
    const numbers = drop?.uniform(drop.seeds).dataSync() ?? []
    expect(numbers).toHaveLength(rows * width)
    const sixteenths = new Array<number>(16).fill(0)
    for (const value of numbers) sixteenths[Math.min(15, Math.floor(value * 16))]! += 1
    const expected = numbers.length / 16
    const chi = sixteenths.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    expect(chi).toBeLessThan(44) // of 15 degrees of freedom: one in ten thousand
    const at = (index: number): number => (numbers[index] ?? NaN) - 0.5
    /** Of each number with the one so many places on, in standard deviations. */
    const correlation = (by: number): number => {
      const pairs = numbers.length - by
      let sum = 0
      for (let index = 0; index < pairs; index++) sum += at(index) * at(index + by)
      return Math.abs((sum / pairs) * 12 * Math.sqrt(pairs))
    }
    for (const by of [1, 2, width, width + 1]) expect(correlation(by), `${by} on`).toBeLessThan(4.5)
    // Were the words of row and column only added, two rows would differ by one number.
    const differences = Array.from({ length: width }, (_, column) =>
      (at(column) - at(column + width)).toFixed(4),
    )
    expect(new Set(differences).size).toBeGreaterThan(width * 0.9)
  })

  test('some rows of a place drop what they drop among all', () => {
    const drop = keyedDropout(key(4), 1)([3, 7, 11], 0.5)
    const at = tensor1d([20, 0, 13, 13], 'int32')
    const all = drop?.uniform(drop.seeds) as Tensor
    const some = dropAt(drop, at)
    expect(some?.uniform(some.seeds).dataSync()).toEqual(gather(all, at).dataSync())
    expect(dropAt(null, at)).toBeNull()
  })

  test('hangs on key and place alone', () => {
    const draw = (step: number) => {
      const dropout = keyedDropout(key(step), 2)
      const draw = () =>
        dropped(ones(), dropout([200, 100], 0.5))
          .dataSync()
          .join()
      return [draw(), draw()]
    }
    const [first, second] = draw(1)
    expect(draw(1)).toEqual([first, second])
    expect(second).not.toBe(first)
    expect(draw(2)[0]).not.toBe(first)
  })

  test('draws nothing at rate 0, and says when the plan was too short', () => {
    const dropout = keyedDropout(key(1), 1)
    const x = ones()
    expect(dropout(x.shape, 0)).toBeNull()
    expect(dropped(x, null)).toBe(x)
    dropout(x.shape, 0.5)
    expect(() => dropout(x.shape, 0.5)).toThrow(/planned for 1/)
  })
})

describe('first values', () => {
  const config = AlbertConfig.parse({
    vocab_size: 500,
    embedding_size: 32,
    hidden_size: 64,
    num_attention_heads: 2,
    intermediate_size: 96,
    initializer_range: 0.05,
  })
  const specs = backboneParams(config)
  const named = (name: string) => specs.find((spec) => spec.name === name) as (typeof specs)[number]

  test('a truncated normal: its spread, its bounds, and no repetition between variables', () => {
    const values = initialValues(named('bert/embeddings/word_embeddings'), 1)
    const spread = Math.sqrt(values.reduce((total, value) => total + value * value, 0) / values.length)
    expect(spread / 0.05).toBeCloseTo(0.8796, 2) // of a normal cut off at two standard deviations
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(0.1))
    expect(Math.abs(values.reduce((total, value) => total + value, 0) / values.length)).toBeLessThan(0.002)
    const other = initialValues(named('bert/pooler/dense/kernel'), 1)
    expect([...other.subarray(0, 8)]).not.toEqual([...values.subarray(0, 8)])
  })

  test('are decided by seed and name', () => {
    const spec = named('bert/pooler/dense/kernel')
    expect(initialValues(spec, 3)).toEqual(initialValues(spec, 3))
    expect(initialValues(spec, 4)).not.toEqual(initialValues(spec, 3))
    const start = [...initialValues(spec, 12345).subarray(0, 3)].map((value) => value.toFixed(7))
    expect(start).toEqual(['0.0053981', '-0.0250489', '0.0010470']) // else no seed repeats an older run
  })

  test('biases and betas are 0, gammas are 1', () => {
    const params = createParams(specs, 1)
    for (const [name, value] of Object.entries(params)) {
      if (!/(bias|beta|gamma)$/.test(name)) continue
      expect(new Set(value.dataSync()), name).toEqual(new Set([name.endsWith('gamma') ? 1 : 0]))
    }
  })

  test('the released sizes have the published counts of weights', () => {
    const count = (size: Partial<AlbertConfig>) =>
      backboneParams(AlbertConfig.parse({ vocab_size: 30000, ...size })).reduce(
        (total, { shape }) => total + shape.reduce((product, extent) => product * extent, 1),
        0,
      )
    expect(count({ hidden_size: 768, num_attention_heads: 12, intermediate_size: 3072 })).toBe(11_683_584)
    expect(count({ hidden_size: 1024, num_attention_heads: 16, intermediate_size: 4096 })).toBe(17_683_968)
    expect(count({ hidden_size: 2048, num_attention_heads: 16, intermediate_size: 8192 })).toBe(58_724_864)
    expect(count({})).toBe(222_595_584)
  })
})
