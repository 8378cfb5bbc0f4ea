// Schedule, clipping and both optimizers against what the original computed.
import { scalar, tensor, tensor1d, tensor2d, tidy, zerosLike, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { startNative } from '../backends/native.ts'
import { golden, largestError } from '../testing/tensor-dump.ts'
import { adamw } from './adamw.ts'
import { ADAM, type AdamConstants, type Slot } from './adam-moments.ts'
import { clipByGlobalNorm } from './clip.ts'
import { densified, type Gradients } from './gradient.ts'
import { lamb } from './lamb.ts'
import { learningRate } from './schedule.ts'

beforeAll(async () => {
  await startNative({ backend: 'native', threads: 0 })
})

type Nested = number | Nested[]
const number = z.union([z.number(), z.literal(['NaN', 'Infinity']).transform(Number)])
const nested: z.ZodType<Nested> = z.lazy(() => z.union([number, z.array(nested)]))
const flat = (value: Nested): number[] => (Array.isArray(value) ? value.flatMap(flat) : [value])
const shapeOf = (value: Nested): number[] =>
  Array.isArray(value) ? [value.length, ...(value[0] === undefined ? [] : shapeOf(value[0]))] : []
const toTensor = (value: Nested): Tensor => tensor(flat(value), shapeOf(value), 'float32')

/** Largest |a − b| / (|b| + scale), where that is not 0; `scale` is what b is a difference of, when it is one. */
function relativeError(actual: ArrayLike<number>, expected: number[], scale: number[] = []): number {
  return Math.max(
    ...expected.map((want, index) => {
      const error = Math.abs((actual[index] ?? NaN) - want)
      const size = Math.abs(want) + Math.abs(scale[index] ?? 0)
      return size === 0 ? error : error / size
    }),
  )
}

/** Equal to float32 rounding; NaN and infinity equal themselves. */
function expectClose(actual: number | undefined, expected: number): void {
  if (!Number.isFinite(expected)) return expect(actual).toBe(expected)
  expect(relativeError([actual ?? NaN], [expected])).toBeLessThan(1e-6)
}

describe('schedule', () => {
  const cases = golden(
    'optim/schedule.json',
    z.array(
      z.object({
        init_lr: z.number(),
        num_train_steps: z.int(),
        num_warmup_steps: z.int(),
        poly_power: z.number(),
        start_warmup_step: z.int(),
        steps: z.array(z.int()),
        learning_rate: z.array(z.number()),
      }),
    ),
  )
  test.each(cases)('$init_lr over $num_train_steps, warm-up $num_warmup_steps', (row) => {
    const schedule = {
      learning_rate: row.init_lr,
      train_step: row.num_train_steps,
      warmup_step: row.num_warmup_steps,
      poly_power: row.poly_power,
      start_warmup_step: row.start_warmup_step,
    }
    const rates = row.steps.map((step) =>
      tidy(() => learningRate(scalar(step, 'int32'), schedule).dataSync()[0] ?? NaN),
    )
    const expected = row.learning_rate.map((rate) => Math.max(0, rate)) // a rate below 0 is the original's fault
    // Near the end 1 − t/T is a difference of nearly equal numbers: there the rate's own scale is the measure.
    rates.forEach((rate, index) => {
      const want = expected[index] ?? NaN
      expect(Math.abs(rate - want)).toBeLessThanOrEqual(1e-6 * Math.abs(want) + 1e-7 * row.init_lr)
    })
  })
})

describe('clip', () => {
  const dense = z.object({
    name: z.string(),
    gradients: z.array(nested.nullable()),
    global_norm: number,
    clipped: z.array(nested.nullable()),
  })
  const sparse = z
    .object({
      name: z.string(),
      sparse: z
        .object({ values: z.array(z.array(z.number())), indices: z.array(z.int()), rows: z.int().optional() })
        .loose(),
      global_norm: z.number(),
      norm_of_dense: z.number(),
      clipped_dense: z.array(z.array(z.number())),
    })
    .loose()
  const cases = golden('optim/clip.json', z.array(z.union([dense, sparse])))
  const denseCases = cases.flatMap((row) => ('gradients' in row ? [row as z.infer<typeof dense>] : []))
  const sparseCases = cases.flatMap((row) => ('sparse' in row ? [row] : []))

  test.each(denseCases)('$name', (row) => {
    const gradients: Gradients = {}
    row.gradients.forEach((gradient, index) => {
      if (gradient !== null) gradients[String(index)] = toTensor(gradient)
    })
    const { clipped, global_norm } = clipByGlobalNorm(gradients)
    expectClose(global_norm.dataSync()[0], row.global_norm)
    row.clipped.forEach((expected, index) => {
      const gradient = clipped[String(index)]
      if (expected === null) return expect(gradient).toBeUndefined()
      flat(expected).forEach((want, at) => {
        expectClose(densified(gradient as Tensor).dataSync()[at], want)
      })
    })
  })

  test.each(sparseCases)('$name', (row) => {
    const { values, indices } = row.sparse
    const { clipped, global_norm } = clipByGlobalNorm({
      table: {
        values: tensor2d(values),
        indices: tensor1d(indices, 'int32'),
        rows: row.clipped_dense.length,
      },
    })
    expectClose(global_norm.dataSync()[0], row.global_norm)
    expect(row.global_norm).not.toBeCloseTo(row.norm_of_dense, 3)
    expect(
      largestError(densified(clipped['table'] as Tensor).dataSync(), row.clipped_dense.flat()),
    ).toBeLessThan(1e-6)
  })
})

describe('updates', () => {
  const values = z.record(z.string(), nested)
  const sets = golden(
    'optim/updates.json',
    z.record(
      z.string(),
      z.object({
        optimizer: z.enum(['adamw', 'lamb']),
        constants: z
          .object({
            weight_decay_rate: z.number(),
            beta_1: z.number(),
            beta_2: z.number(),
            epsilon: z.number(),
            exclude_from_weight_decay: z.array(z.string()),
          })
          .partial(),
        initial: values,
        steps: z.array(
          z.object({ learning_rate: z.number(), gradients: values, values, m: values, v: values }),
        ),
      }),
    ),
  )
  /** The classes' own defaults, where a set names no constants: no decay, nothing excluded. */
  const defaults: Record<'adamw' | 'lamb', AdamConstants> = {
    adamw: { ...ADAM, weight_decay_rate: 0, exclude_from_weight_decay: [] },
    lamb: { ...ADAM, weight_decay_rate: 0, exclude_from_weight_decay: [] },
  }
  test.each(Object.entries(sets))('%s', (_, { optimizer, constants, initial, steps }) => {
    const update = { adamw, lamb }[optimizer]
    for (const [name, start] of Object.entries(initial)) {
      let slot: Slot = {
        value: toTensor(start),
        adam_m: zerosLike(toTensor(start)),
        adam_v: zerosLike(toTensor(start)),
      }
      for (const step of steps) {
        const gradient = toTensor(step.gradients[name] ?? NaN)
        slot = update(name, slot, gradient, scalar(step.learning_rate), {
          ...defaults[optimizer],
          ...(constants as Partial<AdamConstants>),
        })
        const tolerance = /tiny|huge/.test(name) ? 1e-5 : 1e-6
        const error = (tensor: Tensor, expected: Record<string, Nested>, scale?: number[]) =>
          relativeError(tensor.dataSync(), flat(expected[name] ?? NaN), scale)
        expect(error(slot.value, step.values, flat(start)), name).toBeLessThan(tolerance)
        expect(error(slot.adam_m, step.m), name).toBeLessThan(tolerance)
        expect(error(slot.adam_v, step.v), name).toBeLessThan(tolerance)
      }
    }
  })
})
