// A region is its body; who watches hears where it begins and ends, also when it throws.
import { expect, test } from 'vitest'
import { region, watchRegions } from './region.ts'

function heard(run: () => void): string[] {
  const told: string[] = []
  watchRegions({ enter: (name) => told.push(name), leave: () => told.push('end') }, run)
  return told
}

test('a region is its body, and is heard of only while someone watches', () => {
  const twice = region('twice', (x: number) => 2 * x)
  expect(twice(4)).toBe(8)
  expect(heard(() => expect(twice(3)).toBe(6))).toEqual(['twice', 'end'])
})

test('a body that throws ends its region', () => {
  const failing = region('failing', () => {
    throw new Error('no')
  })
  expect(heard(() => expect(() => failing()).toThrow('no'))).toEqual(['failing', 'end'])
  expect(heard(() => undefined)).toEqual([])
})
