// Batches hold what the features hold, padded; training steps draw every example equally often, from the step alone.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchOf, bucketLengths, bucketOf } from './batches.ts'
import type { Features } from './features.ts'
import { trainOrder, trainSampler } from './train-order.ts'

function features(tokens: number, label_id = 0): Features {
  const ids = Int32Array.from({ length: tokens }, (_, at) => at + 2)
  const mask = new Int32Array(tokens).fill(1)
  return {
    guid: '',
    input_ids: ids,
    input_mask: mask,
    segment_ids: mask.map((_, at) => Number(at > 2)),
    label_id,
    tokens,
    truncated: false,
  }
}

describe('batches', () => {
  it('are row-major and padded with 0 to the bucket of the longest', () => {
    const batch = batchOf([features(3, 1), features(17, 2), features(5, 0)], [1, 0], 'classification', {
      max_seq_length: 20,
    })
    expect(batch).toMatchObject({ batch_size: 2, seq_length: 20, examples: 2 })
    expect([...batch.input_ids]).toEqual([
      ...Array.from({ length: 17 }, (_, at) => at + 2),
      0,
      0,
      0,
      2,
      3,
      4,
      ...new Array(17).fill(0),
    ])
    expect([...batch.input_mask.subarray(20, 24)]).toEqual([1, 1, 1, 0])
    expect([...batch.segment_ids.subarray(0, 5)]).toEqual([0, 0, 0, 1, 1])
    expect(batch.label_ids).toEqual(Int32Array.of(2, 1))
  })
  it('keep a score as a float, and have empty rows where they must keep their size', () => {
    const batch = batchOf([features(4, 2.5)], [0], 'regression', { batch_size: 3 })
    expect(batch).toMatchObject({ batch_size: 3, seq_length: 16, examples: 1 })
    expect(batch.label_ids).toEqual(Float32Array.of(2.5, 0, 0))
    expect([...batch.input_mask].reduce((sum, one) => sum + one)).toBe(4)
  })
  it('have few lengths, up to the longest allowed', () => {
    expect(bucketLengths(512).at(-1)).toBe(512)
    expect(bucketLengths(100)).toEqual([16, 24, 32, 48, 64, 96, 100])
    expect(bucketLengths(8)).toEqual([8])
    expect([1, 16, 17, 97, 100].map((tokens) => bucketOf(tokens, 100))).toEqual([16, 16, 24, 100, 100])
  })
  it('refuse an example that is not there', () => {
    expect(() => batchOf([features(3)], [1], 'classification')).toThrow('no example 1')
  })
})

describe('the order of training', () => {
  it('is a full shuffle, another one for each seed and epoch, and always the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.nat(0xffff_ffff),
        fc.nat(50),
        (examples, seed, epoch) => {
          const order = [...trainOrder(examples, seed, epoch)]
          expect([...order].sort((a, b) => a - b)).toEqual(
            Array.from({ length: examples }, (_, index) => index),
          )
          expect([...trainOrder(examples, seed, epoch)]).toEqual(order)
        },
      ),
    )
    const orders = [trainOrder(100, 1, 0), trainOrder(100, 1, 1), trainOrder(100, 2, 0)].map((order) =>
      order.join(),
    )
    expect(new Set(orders).size).toBe(3)
    expect([...trainOrder(10, 12345, 0)]).toEqual([...FIRST])
  })
  it('puts each example everywhere equally often', () => {
    const counts = new Array<number>(10).fill(0)
    for (let seed = 0; seed < 10_000; seed++) {
      const at = trainOrder(10, seed, 0).indexOf(0)
      counts[at] = (counts[at] ?? 0) + 1
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150) // five standard deviations
  })
  it('goes through all examples before any comes again, and needs nothing but the step to go on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 64 }), (examples, batch) => {
        const sample = trainSampler(examples, batch, 7)
        const stream = Array.from({ length: 12 }, (_, step) => [...sample(step)]).flat()
        for (let start = 0; start + examples <= stream.length; start += examples) {
          expect(new Set(stream.slice(start, start + examples)).size).toBe(examples)
        }
        expect([...trainSampler(examples, batch, 7)(11)]).toEqual(stream.slice(-batch))
      }),
    )
  })
  it('needs examples', () => {
    expect(() => trainSampler(0, 4, 1)).toThrow('no examples')
  })
})

/** Pinned, so that a run of last year can be gone on with. */
const FIRST = Uint32Array.of(8, 0, 9, 4, 7, 2, 6, 3, 1, 5)
