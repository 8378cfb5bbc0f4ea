// Training steps draw every example equally often, from the seed and the step alone.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { trainOrder, trainSampler } from './train-order.ts'

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
