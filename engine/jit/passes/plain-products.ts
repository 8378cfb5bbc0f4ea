// A trace in, the same with products of two matrices as TensorFlow's plain product out: tfjs calls them all batches.
import { rewrite, type Traced } from '../traced.ts'

export function plainProducts(traced: Traced): Traced {
  return rewrite(traced, (op, inputs, emit) => {
    if (op.name !== 'BatchMatMulV2' || inputs.some(({ shape }) => shape.length !== 2)) return null
    const { T, adj_x, adj_y } = op.attrs
    const attrs = {
      ...(T === undefined ? {} : { T }),
      transpose_a: adj_x ?? { bool: false },
      transpose_b: adj_y ?? { bool: false },
    }
    return emit({ ...op, name: 'MatMul', attrs, inputs, forms: op.outputs }).outputs
  })
}
