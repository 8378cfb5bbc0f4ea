// A computation and what it hangs on in, its value and gradients out: for two ways to compute the same.
import { engine, mul, sum, tensor, type Scalar, type Tensor } from '@tensorflow/tfjs-core'

/** The gradients are those of a sum in which every number of the value counts otherwise; one is missing where nothing hangs on it. */
export function valueAndGradients(
  compute: () => Tensor,
  of: Tensor[],
): { value: Tensor; grads: (Tensor | undefined)[] } {
  const values: Tensor[] = []
  const { grads } = engine().gradients<Scalar>(() => {
    const y = compute()
    values.push(engine().keep(y.clone()))
    const uneven = tensor(
      Array.from({ length: y.size }, (_, at) => Math.sin(at + 1)),
      y.shape,
    )
    return sum(mul(y, uneven))
  }, of)
  return { value: values[0] as Tensor, grads }
}
