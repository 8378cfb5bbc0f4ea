// Says which code points the reference data can speak of: characters that Unicode 14 has. Newer ones are still nothing there.
import { golden } from './golden.ts'

export function assignedTest(): (codePoint: number) => boolean {
  const assigned = new Uint8Array(0x110000)
  const { ranges } = golden('tokenization/assigned.json') as { ranges: [number, number][] }
  for (const [first, last] of ranges) assigned.fill(1, first, last + 1)
  assigned.fill(0, 0xd800, 0xe000) // halves of pairs are no characters
  return (codePoint) => assigned[codePoint] === 1
}
