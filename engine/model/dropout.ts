// A key in, the dropout of one step out. The masks hang on the key alone, so that a resumed run draws the same ones.
import {
  add,
  cast,
  engine,
  gather,
  greaterEqual,
  mul,
  reshape,
  scalar,
  slice,
  tidy,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core'
import { handGradient } from './hand-gradient.ts'
import { region } from './region.ts'

/**
 * What one place drops, as rows [n, width]: the entries whose number, uniform in [0, 1], is below `rate`. The others are scaled
 * by 1/(1 − rate).
 */
export type Drop = {
  rate: number
  /** What the numbers come from; the first has n rows. They are kept for the gradient, which makes the numbers once more. */
  seeds: readonly Tensor[]
  /** Pointwise ops alone: it is called within regions. */
  uniform(seeds: readonly Tensor[]): Tensor
}

/** Draws for the next place of a step; null where the rate is 0 and nothing is dropped. */
export type Dropout = (shape: number[], rate: number) => Drop | null

export const noDropout: Dropout = () => null

/**
 * Dropout whose masks come from `key` alone.
 * @param key int32 [2]: the run's seed and the step
 * @param places how often the result may be called with a rate above 0; each call takes the next place's own key
 */
export function keyedDropout(key: Tensor1D, places: number): Dropout {
  let keys: Tensor | null = null
  let place = 0
  return (shape, rate) => {
    if (rate === 0) return null
    if (place >= places)
      throw new Error(`Dropout was asked for ${place + 1} masks, but planned for ${places}.`)
    keys ??= drawBits(key, [places, 2])
    const own_key = reshape(slice(keys, [place, 0], [1, 2]), [2])
    place += 1
    const width = shape.at(-1) ?? 1
    const rows = shape.reduce((product, size) => product * size, 1) / width
    const bits = drawBits(own_key, [rows + width])
    const of_rows = reshape(slice(bits, [0], [rows]), [rows, 1])
    const of_columns = slice(bits, [rows], [width])
    return { rate, seeds: [of_rows, of_columns], uniform: mixed }
  }
}

/** The same place where only some of its rows are computed: they drop what they would among all. @param rows int32 [m] */
export function dropAt(drop: Drop | null, rows: Tensor1D): Drop | null {
  if (drop === null) return null
  const [first, ...rest] = drop.seeds
  if (first === undefined) throw new Error('A drop has no seeds.')
  return { ...drop, seeds: [gather(first, rows), ...rest] }
}

/** x with the entries of one place dropped; where the next op is written out as well, it does this itself. */
export function dropped(x: Tensor, drop: Drop | null): Tensor {
  if (drop === null) return x
  const run = handGradient<Tensor>((...args: unknown[]) => {
    const [x, save] = args as [Tensor, (tensors: Tensor[]) => void]
    save([...drop.seeds])
    const gradFunc = (dy: Tensor, seeds: Tensor[]) =>
      tidy(() => region('dropout_grad', () => droppedBy(drop, seeds, dy))())
    return { value: region('dropout', () => droppedBy(drop, drop.seeds, x))(), gradFunc }
  })
  return run(x)
}

/** x · kept / (1 − rate): the value and, of dy, the gradient. @param seeds the drop's own, as they were saved */
export function droppedBy(drop: Drop | null, seeds: readonly Tensor[], x: Tensor): Tensor {
  if (drop === null) return x
  const kept = cast(greaterEqual(drop.uniform(seeds), drop.rate), 'float32')
  return mul(x, reshape(mul(kept, 1 / (1 - drop.rate)), x.shape))
}

/**
 * One number for each row and column, from a random word of each: their sum, each bit of which is made to reach all bits (the
 * finaliser of MurmurHash3, Austin Appleby). Drawing as many words takes longer than all else that is pointwise in a block; this is fused.
 */
function mixed(seeds: readonly Tensor[]): Tensor {
  const [rows, columns] = seeds as [Tensor, Tensor]
  const word = (value: number): Tensor => scalar(value | 0, 'int32')
  const folded = (x: Tensor, by: number): Tensor => {
    // The shift of a signed word brings in its sign, which is masked off.
    const shifted = bitwise('BitwiseAnd', bitwise('RightShift', x, word(by)), word(2 ** (32 - by) - 1))
    return bitwise('BitwiseXor', x, shifted)
  }
  const once = mul(folded(add(rows, columns), 16), word(0x85ebca6b))
  const twice = mul(folded(once, 13), word(0xc2b2ae35))
  return add(mul(cast(folded(twice, 16), 'float32'), 2 ** -32), 0.5)
}

function bitwise(kernel: 'BitwiseAnd' | 'BitwiseXor' | 'RightShift', a: Tensor, b: Tensor): Tensor {
  return engine().runKernel<Tensor>(kernel, { a, b })
}

/** Random words from an op that takes its key as an input: JavaScript's would become constants of a compiled step. */
function drawBits(seed: Tensor, shape: number[]): Tensor {
  return engine().runKernel<Tensor>('StatelessRandomUniformFullInt', { seed }, { shape })
}
