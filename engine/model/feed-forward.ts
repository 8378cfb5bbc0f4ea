// Rows in, the two products of a block's feed-forward network out, with the activation between them.
import { add, matMul, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'
import type { ActivationRule } from './activations.ts'
import { columnSums, param } from './dense.ts'
import { handGradient } from './hand-gradient.ts'
import type { Params } from './params.ts'
import { region } from './region.ts'

/**
 * act(x·W₁ + b₁)·W₂, [n, H] → [n, H]; the second bias is added by what follows. Of the wide rows only the first product is kept
 * for the gradient: the activation is cheap to compute again, and its rows are the largest of a block.
 */
export function feedForward(
  params: Params,
  scope: string,
  x: Tensor,
  { name, ...rule }: ActivationRule,
): Tensor {
  const run = handGradient((...args: unknown[]) => {
    const [x, kernel, bias, kernel_out, save] = args as [...Weighted, save: (tensors: Tensor[]) => void]
    const product = matMul(x, kernel) // [n, I]
    const wide = region(`bias_${name}`, () => rule.value(add(product, bias)))()
    save([x, kernel, bias, kernel_out, product])
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      tidy(() => {
        const [x, kernel, bias, kernel_out, product] = saved as [...Weighted, product: Tensor2D]
        const dwide = matMul(dy, kernel_out, false, true) // [n, I]
        const { value, dx } = region(`bias_${name}_grad`, () =>
          rule.withGradient(add(product, bias), dwide),
        )()
        return [
          matMul(dx, kernel, false, true), // [n, H]
          matMul(x, dx, true, false), // [H, I]
          columnSums(dx as Tensor2D), // [I]
          matMul(value, dy, true, false), // [I, H]
        ]
      })
    return { value: matMul(wide, kernel_out), gradFunc }
  })
  return run(
    x,
    param(params, `${scope}/dense/kernel`),
    param(params, `${scope}/dense/bias`),
    param(params, `${scope}/output/dense/kernel`),
  )
}

type Weighted = [x: Tensor2D, kernel: Tensor2D, bias: Tensor, kernel_out: Tensor2D]
