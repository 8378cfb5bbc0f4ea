import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checked, crc32c, maskCrc, NOTHING } from './crc32c.ts'

test('the published vectors (RFC 3720, B.4)', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43)
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e)
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => 31 - i))).toBe(0x113fdb5c)
  expect(crc32c(new Uint8Array())).toBe(0)
})

test('any start in memory and any cut gives what bit by bit gives', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(7), fc.nat(200), (bytes, shift, cut) => {
      const shifted = new Uint8Array(bytes.length + shift).subarray(shift)
      shifted.set(bytes)
      const expected = bitByBit(bytes)
      expect(crc32c(shifted)).toBe(expected)
      expect(crc32c(shifted.subarray(cut), crc32c(shifted.subarray(0, cut)))).toBe(expected)
    }),
  )
})

test('pieces so long that they are folded give the same, wherever they start, end and are cut', () => {
  const bytes = new Uint8Array(2_300_000)
  for (let at = 0, state = 1; at < bytes.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[at] = state >>> 24
  }
  const folded = 2 * 16 * 5275 // bytes from which they are
  const most = 1 << 20 // at once
  const lengths = [
    folded - 1,
    folded,
    folded + 1,
    folded + 16,
    299_990,
    most,
    most + 31,
    most + folded,
    2_299_990,
  ]
  for (const [index, length] of lengths.entries()) {
    const piece = bytes.subarray(index, index + length)
    const expected = bitByBit(piece)
    expect(crc32c(piece), `${length} bytes`).toBe(expected)
    const cut = Math.floor(length / 3)
    expect(crc32c(piece.subarray(cut), crc32c(piece.subarray(0, cut))), `cut at ${cut}`).toBe(expected)
  }
  expect(crc32c(bytes.fill(0))).toBe(bitByBit(bytes))
})

test('a value that is not finite is seen wherever it lies, in what is folded and in what is left', () => {
  const values = new Float32Array(700_001).map(
    (_, at) => [3.4028234e38, -3.4028234e38, 1e-45, -0, 1][at % 5]!,
  )
  const bytes = new Uint8Array(values.buffer)
  expect(checked(bytes, NOTHING)).toEqual({ crc: crc32c(bytes), is_finite: true })
  for (const place of [0, 1, 2, 3, 5275 * 4, 262_143, 262_144, 524_285, 700_000]) {
    for (const value of [Infinity, -Infinity, NaN]) {
      const before = values[place]!
      values[place] = value
      expect(checked(bytes, NOTHING), `${value} at ${place}`).toEqual({
        crc: crc32c(bytes),
        is_finite: false,
      })
      values[place] = before
    }
  }
  const cut = checked(bytes.subarray(400_000), checked(bytes.subarray(0, 400_000), NOTHING))
  expect(cut).toEqual({ crc: crc32c(bytes), is_finite: true })
  expect(checked(bytes.subarray(0, 8), { crc: 0, is_finite: false }).is_finite).toBe(false)
  expect(checked(bytes.subarray(1, 9), NOTHING).is_finite).toBe(false) // no words: someone has to look again
  expect(checked(bytes.subarray(0, 7), NOTHING).is_finite).toBe(false)
})

test('the mask turns by 15 bits and adds', () => {
  expect(maskCrc(0)).toBe(0xa282ead8)
  expect(maskCrc(0x12345678)).toBe((((0x12345678 >>> 15) | (0x12345678 << 17)) + 0xa282ead8) >>> 0)
})

function bitByBit(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}
