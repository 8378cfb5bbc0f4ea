// The name in a config's hidden_act in, the function and its gradient out.
import { add, cast, greater, mul, relu, square, sub, tanh, tidy, type Tensor } from '@tensorflow/tfjs-core'
import { handGradient } from './hand-gradient.ts'
import { region } from './region.ts'

/** Pointwise functions; the gradient needs the argument alone, so that nothing else has to be kept for it. */
export type ActivationRule = {
  name: string
  value(x: Tensor): Tensor
  /** The value once more, and dx = dy · f′(x): both come from the same terms. */
  withGradient(x: Tensor, dy: Tensor): { value: Tensor; dx: Tensor }
}

const CUBE = 0.044715
const ROOT_2_OVER_PI = Math.sqrt(2 / Math.PI)

/** 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), as x·h with h the bracket's half; 2h − 1 is the tanh. */
const GELU: ActivationRule = {
  name: 'gelu',
  value: (x) => mul(x, geluHalf(x)),
  withGradient: (x, dy) => {
    const half = geluHalf(x)
    const slope = add(mul(square(x), 6 * CUBE * ROOT_2_OVER_PI), 2 * ROOT_2_OVER_PI)
    const bend = mul(mul(x, slope), mul(half, sub(1, half))) // x · (1 − tanh²)/2 · d inner/dx
    return { value: mul(x, half), dx: mul(dy, add(half, bend)) }
  },
}

function geluHalf(x: Tensor): Tensor {
  const inner = mul(x, add(mul(square(x), CUBE * ROOT_2_OVER_PI), ROOT_2_OVER_PI))
  return mul(add(tanh(inner), 1), 0.5)
}

const RELU: ActivationRule = {
  name: 'relu',
  value: (x) => relu(x),
  withGradient: (x, dy) => ({ value: relu(x), dx: mul(dy, cast(greater(x, 0), 'float32')) }),
}

const TANH: ActivationRule = {
  name: 'tanh',
  value: (x) => tanh(x),
  withGradient: (x, dy) => {
    const value = tanh(x)
    return { value, dx: mul(dy, sub(1, square(value))) }
  },
}

const LINEAR: ActivationRule = {
  name: 'linear',
  value: (x) => x,
  withGradient: (x, dy) => ({ value: x, dx: dy }),
}

/**
 * Finds an activation; the names are the original's, in any case, and nothing or 'linear' is the identity.
 * `gelu` is the tanh form here; `gelu_new` and `gelu_tanh` are what other programs call that form.
 * @throws RangeError for any other name
 */
export function activationRule(name: string | null): ActivationRule {
  switch ((name ?? '').toLowerCase()) {
    case '':
    case 'linear':
      return LINEAR
    case 'relu':
      return RELU
    case 'tanh':
      return TANH
    case 'gelu':
    case 'gelu_new':
    case 'gelu_tanh':
      return GELU
    default:
      throw new RangeError(`hidden_act is ${String(name)}; use gelu, relu, tanh or linear.`)
  }
}

/** The activation as a function that stands by itself. @throws RangeError for an unknown name */
export function activation(name: string | null): (x: Tensor) => Tensor {
  const rule = activationRule(name)
  if (rule === LINEAR) return (x) => x
  return handGradient<Tensor>((...args: unknown[]) => {
    const [x, save] = args as [Tensor, (tensors: Tensor[]) => void]
    save([x])
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      tidy(() => region(`${rule.name}_grad`, () => rule.withGradient(saved[0] as Tensor, dy).dx)())
    return { value: region(rule.name, rule.value)(x), gradFunc }
  })
}
