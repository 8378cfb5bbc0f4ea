// Bytes and where to put them in; a few bytes with the same remainder out, and whether all were numbers. The program that does so
// is written here as WebAssembly.

/**
 * The polynomial of CRC-32C divides x^5275 + x^4508 + x^2751 + 1, the shortest multiple of it with four terms. To square a
 * polynomial over two elements is to double its exponents, so it divides the same with all exponents times 128: a block of 128
 * bits may be taken away if it is put onto the blocks 767, 2524 and 5275 behind it. That is three exclusive ors for 16 bytes,
 * where a table is asked sixteen times.
 */
const BEHIND = [767, 2524, 5275] as const
const FARTHEST = BEHIND[2]
const BLOCK = 16 // bytes

/** What is left when all other blocks were taken away. */
export const LEFT_BYTES = FARTHEST * BLOCK
/** As much is folded at once: a read of a checkpoint, which is then still in the processor's cache. */
export const MOST_BYTES = 1 << 20

/** The part of WebAssembly that is used here; the types of Node leave it out. */
declare const WebAssembly: {
  validate(program: Uint8Array): boolean
  Module: new (program: Uint8Array) => object
  Instance: new (module: object) => { exports: unknown }
}

type Exports = {
  memory: { buffer: ArrayBuffer }
  /** From a block to another: 1 where a float32 is an infinity or no number, else 0. */
  look(from: number, to: number): number
  /** From a block to another: onto each what lies as far in front of it as `BEHIND` says. */
  take(from: number, to: number): void
  /** From a block to another: onto each what lies `distance` bytes in front of it. */
  put(from: number, to: number, distance: number): void
}

/** `words`: what is left. `is_finite`: whether the bytes, as float32, are all of them finite. */
export type Folded = { words: Int32Array; is_finite: boolean }

/**
 * @returns null where the processor lacks the instructions; else a function of whole blocks of bytes, more than are left and at
 * most `MOST_BYTES`, and of what is put onto the first 32 bits of them
 */
export function wordFolder(): ((bytes: Uint8Array, onto: number) => Folded) | null {
  const program = writeProgram()
  if (!WebAssembly.validate(program)) return null
  const { memory, look, take, put } = new WebAssembly.Instance(new WebAssembly.Module(program))
    .exports as Exports
  const bytes = new Uint8Array(memory.buffer)
  const words = new Int32Array(memory.buffer)
  return (some, onto) => {
    bytes.set(some, LEFT_BYTES) // behind zeros, which are never written to
    const is_finite = look(LEFT_BYTES, LEFT_BYTES + some.length) === 0
    words[LEFT_BYTES / 4] = (words[LEFT_BYTES / 4] ?? 0) ^ onto
    const end = some.length // of what is taken away: so much is left behind it
    take(LEFT_BYTES, end)
    for (const blocks of BEHIND) put(end, end + blocks * BLOCK, blocks * BLOCK)
    return { words: words.subarray(end / 4, (end + LEFT_BYTES) / 4), is_finite }
  }
}

// Numbers of the WebAssembly specification: instructions, types, sections.
const [I32, V128] = [0x7f, 0x7b]
const [LOCAL_GET, LOCAL_SET, LOCAL_TEE] = [0x20, 0x21, 0x22]
const [I32_CONST, I32_ADD, I32_SUB, I32_LESS] = [0x41, 0x6a, 0x6b, 0x49]
const [LOOP, BRANCH_IF, END, NO_RESULT] = [0x03, 0x0d, 0x0b, 0x40]
const [V128_LOAD, V128_STORE, V128_CONST, V128_AND, V128_OR, V128_XOR] = [
  [0xfd, 0x00, 4],
  [0xfd, 0x0b, 4],
  [0xfd, 0x0c],
  [0xfd, 0x4e],
  [0xfd, 0x50],
  [0xfd, 0x51],
]
const [I32X4_EQUAL, V128_ANY_TRUE] = [
  [0xfd, 0x37],
  [0xfd, 0x53],
]
/** The exponent of a float32, four times: all of its bits are set where the value is not finite. */
const EXPONENTS = [0, 1, 2, 3].flatMap(() => [0, 0, 0x80, 0x7f])
const PAGE = 1 << 16

function writeProgram(): Uint8Array {
  const [from, to, distance] = [0, 1, 2]
  const found = 2 // of `look`, in the place of its distance
  const loadBefore = (blocks: number): number[] => [
    ...[LOCAL_GET, from, I32_CONST, ...signed(blocks * BLOCK), I32_SUB],
    ...[...V128_LOAD, 0],
  ]
  const load = [LOCAL_GET, from, ...V128_LOAD, 0]
  const taken = [...load, ...BEHIND.flatMap((blocks) => [...loadBefore(blocks), ...V128_XOR])]
  const onto = [...load, LOCAL_GET, from, LOCAL_GET, distance, I32_SUB, ...V128_LOAD, 0, ...V128_XOR]
  const exponents = [...V128_CONST, ...EXPONENTS]
  const infinite = [...load, ...exponents, ...V128_AND, ...exponents, ...I32X4_EQUAL]
  const eachBlock = (work: number[]): number[] => [
    ...[LOOP, NO_RESULT, ...work],
    ...[LOCAL_GET, from, I32_CONST, BLOCK, I32_ADD, LOCAL_TEE, from, LOCAL_GET, to, I32_LESS],
    ...[BRANCH_IF, 0, END],
  ]
  const replace = (value: number[]): number[] => [
    ...[0, ...eachBlock([LOCAL_GET, from, ...value, ...V128_STORE, 0]), END],
  ]
  const look = [
    ...[1, 1, V128, ...eachBlock([LOCAL_GET, found, ...infinite, ...V128_OR, LOCAL_SET, found])],
    ...[LOCAL_GET, found, ...V128_ANY_TRUE, END],
  ]
  const memory = [...text('memory'), 2, 0]
  const pages = Math.ceil((LEFT_BYTES + MOST_BYTES) / PAGE)
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list([0x60, 2, I32, I32, 0], [0x60, 3, I32, I32, I32, 0], [0x60, 2, I32, I32, 1, I32])),
    ...section(3, list([0], [1], [2])),
    ...section(5, list([0, ...unsigned(pages)])),
    ...section(7, list(memory, ...['take', 'put', 'look'].map((name, index) => [...text(name), 0, index]))),
    ...section(10, list(sized(replace(taken)), sized(replace(onto)), sized(look))),
  ])
}

function section(number: number, content: number[]): number[] {
  return [number, ...sized(content)]
}

function list(...items: number[][]): number[] {
  return [...unsigned(items.length), ...items.flat()]
}

function sized(content: number[]): number[] {
  return [...unsigned(content.length), ...content]
}

function text(name: string): number[] {
  return sized([...Buffer.from(name)])
}

/** LEB128. */
function unsigned(number: number): number[] {
  return number < 0x80 ? [number] : [(number & 0x7f) | 0x80, ...unsigned(number >>> 7)]
}

/** The same for numbers that may be below 0, which these are not: the last byte must not look like one of them. */
function signed(number: number): number[] {
  return number < 0x40 ? [number] : [(number & 0x7f) | 0x80, ...signed(number >>> 7)]
}
