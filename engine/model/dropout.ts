// A key in, the dropout of one step out. The masks hang on the key alone, so that a resumed run draws the same ones.
import {
  cast,
  engine,
  greaterEqual,
  mul,
  reshape,
  slice,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core'

/** Drops entries of `x` with probability `rate` and scales the kept ones by 1/(1 − rate). */
export type Dropout = (x: Tensor, rate: number) => Tensor

export const noDropout: Dropout = (x) => x

/**
 * Dropout whose masks come from `key` alone.
 * @param key int32 [2]: the run's seed and the step
 * @param places how often the result may be called with a rate above 0; each call takes the next place's own key
 */
export function keyedDropout(key: Tensor1D, places: number): Dropout {
  let keys: Tensor | null = null
  let place = 0
  return (x, rate) => {
    if (rate === 0) return x
    if (place >= places)
      throw new Error(`Dropout was asked for ${place + 1} masks, but planned for ${places}.`)
    keys ??= drawStateless('StatelessRandomUniformFullInt', key, [places, 2])
    const own_key = reshape(slice(keys, [place, 0], [1, 2]), [2])
    place += 1
    const uniform = drawStateless('StatelessRandomUniform', own_key, x.shape)
    const mask = mul(cast(greaterEqual(uniform, rate), 'float32'), 1 / (1 - rate))
    return mul(x, mask)
  }
}

/** Random numbers from an op that takes its key as an input: JavaScript's would become constants of a compiled step. */
function drawStateless(
  kernel: 'StatelessRandomUniform' | 'StatelessRandomUniformFullInt',
  seed: Tensor,
  shape: number[],
): Tensor {
  return engine().runKernel<Tensor>(kernel, { seed }, { shape })
}
