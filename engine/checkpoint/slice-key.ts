// A partitioned variable's name and the place of one slice in, the key under which a bundle's index holds that slice out.
import type { SliceExtent } from './bundle-format.ts'

/**
 * TensorFlow's ordered code of (0, name, rank, then start and length of every dimension), as a string of code units 0–255.
 * A dimension taken whole has the length −1.
 */
export function sliceKey(name: string, slice: readonly SliceExtent[]): string {
  const bytes = [...increasing(0), ...orderedString(name), ...increasing(slice.length)]
  for (const { start, length } of slice)
    bytes.push(...signedIncreasing(start), ...signedIncreasing(length ?? -1))
  return Buffer.from(bytes).toString('latin1')
}

/** Unsigned: a byte count, then that many bytes, most significant first. */
function increasing(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return [bytes.length, ...bytes]
}

/** 0 and 255 are escaped so that the end mark `00 01` sorts before any longer string. */
function orderedString(text: string): number[] {
  const bytes: number[] = []
  for (const byte of Buffer.from(text, 'utf8')) {
    bytes.push(byte)
    if (byte === 0) bytes.push(255)
    if (byte === 255) bytes.push(0)
  }
  return [...bytes, 0, 1]
}

/** Signed: seven bits a byte, with the number of bytes as leading ones (zeros for negative numbers) of the first two. */
function signedIncreasing(value: number): number[] {
  const magnitude = BigInt(value < 0 ? ~BigInt(value) : value)
  const length = Math.floor(magnitude.toString(2).length / 7) + 1
  if (magnitude === 0n || length === 1) return [(value & 255) ^ 128]
  let bits = BigInt.asUintN(length * 8, BigInt(value))
  // `length` ones and then the sign's place, from the top: 0xc0 for two bytes, 0xe0 for three, …
  bits ^= ((1n << BigInt(length)) - 1n) << BigInt(length * 7)
  const bytes: number[] = []
  for (let i = length - 1; i >= 0; i--) bytes.push(Number((bits >> BigInt(i * 8)) & 255n))
  return bytes
}
