// Three numbers in, a stream of random 32-bit words out: the same for the same seed on every machine.

/**
 * The sfc32 generator (Chris Doty-Humphrey's "small fast counting").
 * @param a b c any 32-bit integers: what the stream is told apart by
 * @returns the next word of the stream, in [0, 2³²)
 */
export function randomBits(a: number, b: number, c: number): () => number {
  let counter = 1
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let round = 0; round < 16; round++) next() // until the seed has reached every bit
  return next
}
