// Which precision a processor gets, and what is said of it.
import { expect, test } from 'vitest'
import type { Runtime } from '../spec/runtime.ts'
import { precisionOf } from './precision.ts'

const on = (precision: Runtime['precision'], flags: string[] | null) =>
  precisionOf({ precision, jit: 'on' }, flags === null ? null : new Set(flags), null)

test('bf16 where the processor has a unit for it', () => {
  expect(on('auto', ['avx2', 'amx_bf16'])).toEqual({
    precision: 'bf16',
    why: 'unit',
    sentence: 'Matrix products are computed in bf16: the processor has amx_bf16.',
  })
  expect(on('auto', ['avx512_bf16']).precision).toBe('bf16')
  expect(on('auto', ['avx512f']).sentence).toMatch(/fp32: the processor has no unit for bf16/)
  expect(on('auto', null).sentence).toMatch(/does not tell/)
})

test.each([
  [9.0, 'bf16', /the card has compute capability 9\.0\.$/],
  [8.0, 'bf16', /the card has compute capability 8\.0\.$/],
  [7.5, 'fp16', /in fp16: the card has compute capability 7\.5, and bf16 wants 8\.0\.$/],
  [7.0, 'fp16', /the card has compute capability 7\.0, and bf16 wants 8\.0\.$/],
  [6.1, 'fp32', /the card has compute capability 6\.1, fp16 wants 7\.0 and bf16 8\.0\.$/],
])(
  'a card of compute capability %d gets %s, whatever the processor can do',
  (compute_capability, precision, words) => {
    for (const flags of [new Set(['amx_bf16']), new Set<string>(), null]) {
      const choice = precisionOf({ precision: 'auto', jit: 'on' }, flags, { compute_capability })
      expect(choice.precision).toBe(precision)
      expect(choice.sentence).toMatch(words)
    }
  },
)

test('a processor is never given fp16 by itself', () => {
  for (const flags of [['avx512_fp16'], ['amx_fp16', 'amx_bf16'], []])
    expect(on('auto', flags).precision).not.toBe('fp16')
})

test('what is asked for stays, except where nothing is compiled', () => {
  expect(on('fp32', ['amx_bf16']).precision).toBe('fp32')
  expect(on('bf16', []).precision).toBe('bf16')
  expect(on('fp16', ['amx_bf16']).precision).toBe('fp16')
  for (const precision of ['bf16', 'fp16'] as const) {
    const off = precisionOf({ precision, jit: 'off' }, new Set(['amx_bf16']), { compute_capability: 7.5 })
    expect(off.precision).toBe('fp32')
    expect(off.sentence).toContain(`${precision} needs a compiled step`)
  }
})
