// The figures of the window read as they should in both languages.
import { describe, expect, test } from 'vitest'
import { createFormat } from './format.ts'

describe('createFormat', () => {
  const en = createFormat('en')
  const zh = createFormat('zh')

  test('rates are written with an exponent, losses with four digits', () => {
    expect(en.number(3e-5)).toBe('3e-5')
    expect(en.number(2.9912e-5)).toBe('2.991e-5')
    expect(en.number(0.69314718)).toBe('0.6931')
    expect(en.number(12_345_678)).toBe('1.235e7')
    expect(en.number(0)).toBe('0')
    expect(en.number(Number.NaN)).toBe('NaN')
  })

  test('durations name their two largest units', () => {
    expect(en.duration(4.26)).toBe('4.3 sec')
    expect(en.duration(125)).toBe('2 min 5 sec')
    expect(en.duration(3_725)).toBe('1 hr 2 min')
    expect(en.duration(59.7)).toBe('1 min')
    expect(zh.duration(125)).toContain('2分钟')
  })

  test('shares are per cent, correlations are not', () => {
    expect(en.metric('accuracy', 0.91273)).toBe('91.27%')
    expect(en.metric('matthews', 0.5712)).toBe('0.5712')
  })

  test('sentences stand apart in English, and not in Chinese', () => {
    expect(['One.', 'Two.'].join(en.gap)).toBe('One. Two.')
    expect(['一。', '二。'].join(zh.gap)).toBe('一。二。')
  })

  test('differences carry their sign, bytes their unit', () => {
    expect(en.signed(2.2, 1)).toBe('+2.2')
    expect(en.signed(-0.1, 1)).toBe('-0.1')
    expect(en.signed(0, 1)).toBe('0.0')
    expect(en.bytes(11_000_000)).toBe('11 MB')
    expect(en.bytes(0)).toBe('0 byte')
  })
})
