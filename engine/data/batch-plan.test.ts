// Batches laid out in rows: everything has its place, little of it is padding, and the shapes are few and planned.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AlbertConfig } from '../spec/albert-config.ts'
import { randomBits } from '../spec/random-bits.ts'
import { trainingPlan, type Planned, type RowUse } from './batch-plan.ts'
import { evaluationPlan } from './evaluation-plan.ts'
import { packRows, type Layout } from './pack-rows.ts'
import { chooseShapes, rowLengths, shapeCost } from './row-shapes.ts'
import { trainSampler } from './train-order.ts'

/** Tokens: of ALBERT-base, about. */
const SHAPE_COST = 2000

/** Lengths as short sentences have them: 14 tokens in the middle, now and then a long one. */
function sentences(examples: number, longest = 60): Int32Array {
  const next = randomBits(1, 2, 3)
  return Int32Array.from({ length: examples }, () => {
    const drawn = next() / 2 ** 32
    return Math.min(longest, Math.round(5 + 8 / (0.15 + drawn)))
  })
}

function expectApart({ rows, row_length, row_of, start_of }: Layout, lengths: ArrayLike<number>): void {
  const taken = new Uint8Array(rows * row_length)
  Array.from(lengths, (length, item) => {
    const [row = 0, start = 0] = [row_of[item], start_of[item]]
    expect(row < rows && start + length <= row_length).toBe(true)
    for (let at = 0; at < length; at++) {
      const place = row * row_length + start + at
      expect(taken[place]).toBe(0)
      taken[place] = 1
    }
  })
}

function planned(lengths: Int32Array, use: RowUse = 'packed', items = 1, max_seq_length = 128): Planned {
  return { use, lengths, items, max_seq_length, shape_cost: SHAPE_COST }
}

test('packing gives every item places of its own, the same ones each time', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 64 }), { maxLength: 60 }), (lengths) => {
      const layout = packRows(lengths, 64)
      expectApart(layout, lengths)
      expect(packRows(lengths, 64)).toEqual(layout)
      const tokens = lengths.reduce((sum, length) => sum + length, 0)
      // First fit leaves at most one row less than half full.
      expect(layout.rows).toBeLessThanOrEqual(Math.max(1, Math.ceil(tokens / 32)))
    }),
  )
  expect(() => packRows([5, 65], 64)).toThrow('65 tokens do not fit a row of 64')
})

describe('the shapes of training', () => {
  const KNOBS = { train_batch_size: 32, train_step: 300, seed: 7 }

  test('are few, hold every batch, and compute little padding', () => {
    const plan = trainingPlan(planned(sentences(2000)), KNOBS)
    expect(plan.shapes.length).toBeLessThanOrEqual(4)
    expect(plan.places_per_token).toBeLessThan(1.25)
    const sample = trainSampler(2000, KNOBS.train_batch_size, KNOBS.seed)
    let places = 0
    let tokens = 0
    for (let step = 0; step < KNOBS.train_step; step++) {
      const layout = plan.layoutOf(sample(step))
      expect(plan.shapes).toContainEqual({ rows: layout.rows, row_length: layout.row_length })
      const lengths = Array.from(sample(step), (index) => sentences(2000)[index] ?? 0)
      if (step < 20) expectApart(layout, lengths)
      places += layout.rows * layout.row_length
      tokens += lengths.reduce((sum, length) => sum + length, 0)
    }
    expect(plan.places_per_token).toBeCloseTo(places / tokens)
  })

  test('are one where the run is too short for another to pay', () => {
    expect(trainingPlan(planned(sentences(100)), { ...KNOBS, train_step: 3 }).shapes.length).toBe(1)
  })

  test('are rows of the full length, one for each example, where that is asked for', () => {
    const plan = trainingPlan(planned(sentences(100), 'full-row'), KNOBS)
    expect(plan.shapes).toEqual([{ rows: 32, row_length: 128 }])
    expect([...plan.layoutOf([3, 4]).row_of]).toEqual([0, 1])
  })

  test('keep a row for each example where its head reads whole rows', () => {
    const plan = trainingPlan(planned(sentences(2000), 'own-row'), KNOBS)
    expect(plan.shapes.every(({ rows, row_length }) => rows === 32 && row_length <= 128)).toBe(true)
    const layout = plan.layoutOf(Int32Array.from({ length: 32 }, (_, index) => index))
    expect([...layout.row_of]).toEqual(Array.from({ length: 32 }, (_, row) => row))
    expect(layout.packed).toBe(false)
  })

  test('hold the several texts of a question', () => {
    const plan = trainingPlan(planned(sentences(400), 'packed', 4), KNOBS)
    const layout = plan.layoutOf([5, 9])
    expect(layout.row_of.length).toBe(8)
    expectApart(
      layout,
      [20, 21, 22, 23, 36, 37, 38, 39].map((item) => sentences(400)[item] ?? 0),
    )
    expect(() => plan.layoutOf([100])).toThrow('no example 100; there are 100')
  })

  test('a batch that was not foreseen gets a shape of its own', () => {
    const lengths = Int32Array.from({ length: 64 }, (_, index) => (index < 62 ? 4 : 100))
    const plan = trainingPlan(planned(lengths), { train_batch_size: 2, train_step: 1, seed: 1 })
    const layout = plan.layoutOf([62, 63, 62, 63])
    expectApart(layout, [100, 100, 100, 100])
  })

  test('one more is added when it saves more than it costs', () => {
    const few = [[10], [20]]
    expect(chooseShapes(few, [64], 8192)).toEqual([{ rows: 20, row_length: 64 }])
    const many = [...Array<number[]>(100).fill([10]), [20]]
    expect(chooseShapes(many, [64], 8192)).toEqual([
      { rows: 20, row_length: 64 },
      { rows: 10, row_length: 64 },
    ])
  })

  test('are fewer where the model is small, for compiling takes as long', () => {
    const config = AlbertConfig.parse(
      JSON.parse(readFileSync('assets/configs/albert_base_v2_config.json', 'utf8')),
    )
    const cost = shapeCost(config)
    expect(Math.round(cost)).toBe(1962)
    const small = shapeCost({ ...config, hidden_size: 128, intermediate_size: 512 })
    expect(small / cost).toBeCloseTo(36)
    const shapesAt = (shape_cost: number): number =>
      trainingPlan({ ...planned(sentences(2000)), shape_cost }, KNOBS).shapes.length
    expect(shapesAt(small)).toBeLessThan(shapesAt(cost))
  })

  test('have lengths from a short list', () => {
    expect(rowLengths(60, 128)).toEqual([16, 32, 48, 64, 96, 128])
    expect(rowLengths(128, 128)).toEqual([16, 32, 48, 64, 96, 128, 192, 256])
    expect(rowLengths(8, 8)).toEqual([8, 16, 32])
    expect(rowLengths(512, 512).at(-1)).toBe(512)
    expect(rowLengths(100, 100).slice(-3)).toEqual([100, 128, 192])
  })
})

describe.each(['packed', 'own-row', 'full-row'] as const)('the batches of an evaluation, %s', (use) => {
  test.each([
    ['many sentences', sentences(1000), 8],
    [
      'a few long ones among them',
      sentences(1000).map((length, index) => (index % 200 === 0 ? 128 : length)),
      8,
    ],
    ['one', sentences(1), 8],
    ['fewer than a batch', sentences(5), 64],
  ])('%s', (_, lengths, batch_size) => {
    const batches = evaluationPlan(planned(lengths, use), batch_size)
    const asked = batches.flatMap(({ indexes }) => indexes)
    expect(asked.sort((a, b) => a - b)).toEqual([...lengths.keys()])
    const shapes = new Map<string, number>()
    for (const { indexes, layout, answers } of batches) {
      expectApart(
        layout,
        indexes.map((index) => lengths[index] ?? 0),
      )
      expect(answers).toBeGreaterThanOrEqual(indexes.length)
      expect(layout.rows * layout.row_length).toBeLessThanOrEqual(Math.max(4096, batch_size * 128))
      const shape = `${layout.rows}x${layout.row_length}`
      expect(shapes.get(shape) ?? answers).toBe(answers)
      shapes.set(shape, answers)
    }
    expect(shapes.size).toBeLessThanOrEqual(4)
    if (use !== 'packed' || lengths.length < 1000) return
    const places = batches.reduce((sum, { layout }) => sum + layout.rows * layout.row_length, 0)
    expect(places / lengths.reduce((sum, length) => sum + length, 0)).toBeLessThan(1.1)
  })

  test('nothing', () => {
    expect(evaluationPlan(planned(new Int32Array(), use), 8)).toEqual([])
  })
})

test('an evaluation chooses the row length by what examples really need', () => {
  // Alone in a row of 64 they leave a quarter of it empty.
  const lengths = Int32Array.from({ length: 1000 }, (_, index) => 35 + ((index * 7) % 30))
  const batches = evaluationPlan(planned(lengths), 32)
  const places = batches.reduce((sum, { layout }) => sum + layout.rows * layout.row_length, 0)
  expect(places / lengths.reduce((sum, length) => sum + length, 0)).toBeLessThan(1.1)
})

test('the texts of a question are asked in one batch', () => {
  const lengths = sentences(400)
  for (const { indexes, layout } of evaluationPlan(planned(lengths, 'packed', 4), 1)) {
    expect(layout.row_of.length).toBe(indexes.length * 4)
  }
})
