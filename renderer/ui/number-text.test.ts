// Numbers are read as people write them, and written so that they are read back the same.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { numberText, parseNumber } from './number-text.ts'

describe('parseNumber', () => {
  test.each([
    ['3e-5', 3e-5],
    ['3E-5', 3e-5],
    [' 0.00003 ', 3e-5],
    ['.5', 0.5],
    ['5.', 5],
    ['-2', -2],
    ['−2', -2],
    ['１２８', 128],
    ['1e3', 1000],
  ])('%s is %d', (text, value) => {
    expect(parseNumber(text)).toBe(value)
  })

  test.each(['', ' ', 'abc', '1,000', '0,5', '1e', '0x10', '1 2', 'Infinity', '1e999', '--1'])(
    '%s is no number',
    (text) => {
      expect(parseNumber(text)).toBeNull()
    },
  )
})

describe('numberText', () => {
  test('a small rate keeps its exponent', () => {
    expect(numberText(3e-5)).toBe('3e-5')
    expect(numberText(1.5e-6)).toBe('1.5e-6')
    expect(numberText(0.001)).toBe('0.001')
    expect(numberText(512)).toBe('512')
  })

  test('every number is read back the same', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        // Adding 0 makes -0 plain: a field has no use for its sign.
        expect(parseNumber(numberText(value))).toBe(value + 0)
      }),
    )
  })
})
