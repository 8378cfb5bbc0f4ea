// What a product with a matrix is in, a tensor that stands for the matrix out: for one that is too large to be held, and is read
// from its file a few rows at a time whenever something is multiplied by it.
import {
  BatchMatMul,
  Concat,
  concat,
  getKernel,
  mul,
  registerKernel,
  tidy,
  unregisterKernel,
  type DataId,
  type KernelConfig,
  type KernelFunc,
  type Tensor,
  type Tensor2D,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { graphVerbs } from './native.ts'

/** A matrix [m, k] that is elsewhere. */
export type FarMatrix = {
  /** x [n, m] → x · matrix [n, k]. */
  product(x: Tensor2D): Tensor2D
  /** All of it. */
  whole(): Tensor2D
}

const far = new WeakMap<DataId, FarMatrix>()

/**
 * A tensor without numbers. Products with it, and with what it is put side by side with others of its kind, are computed as the
 * matrix says; any other use brings it into memory whole. It is neither differentiated nor compiled.
 * @param shape the matrix's [m, k]
 */
export function farTensor(shape: [rows: number, columns: number], matrix: FarMatrix): Tensor2D {
  const verbs = graphVerbs()
  if (verbs === null) throw new Error('Start the native backend before a far tensor is made.')
  registerFarKernels()
  const fetch = (): void => verbs.fill(tensor, inNewMemory(matrix.whole), false)
  const tensor: Tensor = verbs.resident({ dtype: 'float32', shape }, { fetch, release: () => undefined })
  far.set(tensor.dataId, matrix)
  return tensor as Tensor2D
}

/** Numbers that are nobody else's, as a tensor has that is the result of an op. */
function inNewMemory(whole: () => Tensor2D): Tensor {
  return tidy(() => mul(whole(), 1))
}

let isRegistered = false

/** In front of the library's kernels, which are called where no tensor is far. */
function registerFarKernels(): void {
  if (isRegistered) return
  isRegistered = true
  inFrontOf(BatchMatMul, ({ inputs, attrs }, usual) => {
    const { a, b } = inputs as { a: Tensor2D; b: Tensor2D }
    const matrix = far.get(b.dataId)
    const isTurned = attrs?.['transposeA'] === true || attrs?.['transposeB'] === true
    return matrix === undefined || isTurned ? usual() : matrix.product(a)
  })
  inFrontOf(Concat, ({ inputs, attrs }, usual) => {
    const parts = Object.values(inputs as Record<string, TensorInfo>)
    const matrices = parts.flatMap(({ dataId }) => far.get(dataId) ?? [])
    if (matrices.length < parts.length || attrs?.['axis'] !== 1) return usual()
    const columns = parts.reduce((sum, { shape }) => sum + (shape[1] ?? 0), 0)
    const sideBySide = (each: (matrix: FarMatrix) => Tensor2D): Tensor2D => concat(matrices.map(each), 1)
    return farTensor([parts[0]?.shape[0] ?? 0, columns], {
      product: (x) => sideBySide(({ product }) => product(x)),
      whole: () => sideBySide(({ whole }) => whole()),
    })
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
