// A key in, the dropout of one step out. The masks hang on the key alone, so that a resumed run draws the same ones.
import {
  cast,
  customGrad,
  engine,
  greaterEqual,
  mul,
  reshape,
  slice,
  tidy,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core'
import { region } from './region.ts'

/** What one place drops: the entries whose number, uniform in [0, 1), is below `rate`. The others are scaled by 1/(1 − rate). */
export type Drop = { uniform: Tensor; rate: number }

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
    keys ??= drawStateless('StatelessRandomUniformFullInt', key, [places, 2])
    const own_key = reshape(slice(keys, [place, 0], [1, 2]), [2])
    place += 1
    return { uniform: drawStateless('StatelessRandomUniform', own_key, shape), rate }
  }
}

/** x with the entries of one place dropped; where the next op is written out as well, it does this itself. */
export function dropped(x: Tensor, drop: Drop | null): Tensor {
  if (drop === null) return x
  const run = customGrad<Tensor>((...args: unknown[]) => {
    const [x, save] = args as [Tensor, (tensors: Tensor[]) => void]
    const { value, kept } = region('dropout', () => {
      const kept = keptBy(drop)
      return { value: droppedBy(drop, kept, x), kept }
    })()
    save([kept])
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      tidy(() => region('dropout_grad', () => droppedBy(drop, saved[0] as Tensor, dy))())
    return { value, gradFunc }
  })
  return run(x)
}

/** Which entries stay, as booleans: kept for the gradient they are a quarter of the numbers, and drawing again costs more. */
export function keptBy({ uniform, rate }: Drop): Tensor {
  return greaterEqual(uniform, rate)
}

/** x · kept / (1 − rate): the value and, of dy, the gradient. */
export function droppedBy(drop: Drop | null, kept: Tensor | null, x: Tensor): Tensor {
  if (drop === null || kept === null) return x
  return mul(x, mul(cast(reshape(kept, x.shape), 'float32'), 1 / (1 - drop.rate)))
}

/** Random numbers from an op that takes its key as an input: JavaScript's would become constants of a compiled step. */
function drawStateless(
  kernel: 'StatelessRandomUniform' | 'StatelessRandomUniformFullInt',
  seed: Tensor,
  shape: number[],
): Tensor {
  return engine().runKernel<Tensor>(kernel, { seed }, { shape })
}
