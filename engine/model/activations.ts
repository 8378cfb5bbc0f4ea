// The name in a config's hidden_act in, the function out.
import { add, customGrad, mul, relu, square, sub, tanh, type Tensor } from '@tensorflow/tfjs-core'

type Activation = (x: Tensor) => Tensor

const CUBE = 0.044715
const ROOT_2_OVER_PI = Math.sqrt(2 / Math.PI)

/**
 * Finds an activation; the names are the original's, in any case, and nothing or 'linear' is the identity.
 * `gelu` is the tanh form here; `gelu_new` and `gelu_tanh` are what other programs call that form.
 * @throws RangeError for any other name
 */
export function activation(name: string | null): Activation {
  switch ((name ?? '').toLowerCase()) {
    case '':
    case 'linear':
      return (x) => x
    case 'relu':
      return (x) => relu(x)
    case 'tanh':
      return (x) => tanh(x)
    case 'gelu':
    case 'gelu_new':
    case 'gelu_tanh':
      return gelu
    default:
      throw new RangeError(`hidden_act is ${String(name)}; use gelu, relu, tanh or linear.`)
  }
}

/** 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), as x·h with h the bracket's half; 2h − 1 is the tanh, so h is all the gradient needs. */
export const gelu = customGrad<Tensor>((...args: unknown[]) => {
  const [x, save] = args as [Tensor, (tensors: Tensor[]) => void]
  const inner = mul(x, add(mul(square(x), CUBE * ROOT_2_OVER_PI), ROOT_2_OVER_PI))
  const half = mul(add(tanh(inner), 1), 0.5)
  save([x, half])
  const gradFunc = (dy: Tensor, saved: Tensor[]) => {
    const [x, half] = saved as [Tensor, Tensor]
    const slope = add(mul(square(x), 6 * CUBE * ROOT_2_OVER_PI), 2 * ROOT_2_OVER_PI)
    const bend = mul(mul(x, slope), mul(half, sub(1, half))) // x · (1 − tanh²)/2 · d inner/dx
    return mul(dy, add(half, bend))
  }
  return { value: mul(x, half), gradFunc }
})
