// A function with its gradient written by hand in, the same function out, which is differentiated by that gradient.
import { customGrad, type Tensor } from '@tensorflow/tfjs-core'

type WithGradient<Result extends Tensor> = Parameters<typeof customGrad<Result>>[0]

let isByHand = true

/** `customGrad`, but for the standing baseline. @param f as `customGrad` takes it */
export function handGradient<Result extends Tensor>(f: WithGradient<Result>): (...args: Tensor[]) => Result {
  const byHand = customGrad<Result>(f)
  return (...args) => (isByHand ? byHand(...args) : f(...args, () => undefined).value)
}

/** From now on the library differentiates everything by itself: what its users have without this program. */
export function useLibraryGradients(): void {
  isByHand = false
}

/** And back. */
export function useHandGradients(): void {
  isByHand = true
}
