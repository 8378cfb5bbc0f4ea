// What a product with a matrix is in, a tensor that stands for the matrix out: for one that is too large to be held, and is read
// from its file a few rows at a time whenever something is multiplied by it.
import {
  BatchMatMul,
  Concat,
  concat,
  getKernel,
  registerKernel,
  unregisterKernel,
  type DataId,
  type KernelConfig,
  type KernelFunc,
  type Tensor,
  type Tensor2D,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { graphVerbs } from './native.ts'

/** x [n, m] → x · matrix [n, k]. */
export type Product = (x: Tensor2D) => Tensor2D

const products = new WeakMap<DataId, Product>()

/**
 * A tensor without numbers. Products with it, and with what it is put side by side with others of its kind, are computed; any other
 * use of it fails, and neither is differentiated nor compiled.
 * @param shape the matrix's [m, k]
 */
export function farTensor(shape: [rows: number, columns: number], product: Product): Tensor2D {
  const verbs = graphVerbs()
  if (verbs === null) throw new Error('Start the native backend before a far tensor is made.')
  registerFarKernels()
  const tensor = verbs.resident({ dtype: 'float32', shape }, { fetch: refuse, release: () => undefined })
  products.set(tensor.dataId, product)
  return tensor as Tensor2D
}

function refuse(): never {
  throw new Error(
    'A tensor that lies in its file can be multiplied by and put side by side, and nothing else.',
  )
}

let isRegistered = false

/** In front of the library's kernels, which are called where no tensor is far. */
function registerFarKernels(): void {
  if (isRegistered) return
  isRegistered = true
  inFrontOf(BatchMatMul, ({ inputs, attrs }, usual) => {
    const { a, b } = inputs as { a: Tensor2D; b: Tensor2D }
    const product = products.get(b.dataId)
    if (product === undefined) return usual()
    if (attrs?.['transposeA'] === true || attrs?.['transposeB'] === true) refuse()
    return product(a)
  })
  inFrontOf(Concat, ({ inputs, attrs }, usual) => {
    const parts = Object.values(inputs as Record<string, TensorInfo>)
    const each = parts.map(({ dataId }) => products.get(dataId))
    if (each.every((product) => product === undefined)) return usual()
    if (attrs?.['axis'] !== 1) refuse()
    const columns = parts.reduce((sum, { shape }) => sum + (shape[1] ?? 0), 0)
    return farTensor([parts[0]?.shape[0] ?? 0, columns], (x) =>
      concat(
        each.map((product) => product?.(x) ?? refuse()),
        1,
      ),
    )
  })
}

function inFrontOf(
  kernelName: string,
  kernel: (
    params: Parameters<KernelFunc>[0],
    usual: () => ReturnType<KernelFunc>,
  ) => Tensor | ReturnType<KernelFunc>,
): void {
  const found = getKernel(kernelName, 'tensorflow') as KernelConfig | undefined
  if (found === undefined) throw new Error(`The native backend has no kernel ${kernelName}.`)
  unregisterKernel(kernelName, 'tensorflow')
  registerKernel({ ...found, kernelFunc: (params) => kernel(params, () => found.kernelFunc(params)) })
}
