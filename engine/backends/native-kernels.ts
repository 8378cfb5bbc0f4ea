// The kernels that the native backend has and tfjs-node has not, or has in a form that reads tensors back.
import {
  GatherV2,
  backend_util,
  registerKernel,
  scalar,
  tensor1d,
  unregisterKernel,
  type DataType,
  type KernelBackend,
  type KernelConfig,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core'

export type NativeBinding = {
  TF_Version: string
  TF_ATTR_INT: number
  TF_ATTR_TYPE: number
  TF_FLOAT: number
  TF_INT32: number
  isUsingGpuDevice(): boolean
  getNumOfTensors(): number
}
type OpAttr = { name: string; type: number; value: number }
/** What the kernels below need of tfjs-node's backend. */
type NativeOps = {
  binding: NativeBinding
  getDTypeInteger(dtype: DataType): number
  executeSingleOutput(name: string, attrs: OpAttr[], inputs: TensorInfo[]): Tensor
}
export type NativeKernelBackend = KernelBackend & NativeOps

/** Adds our kernels to the registry; call it after tfjs-node has registered its own. */
export function registerNativeKernels(): void {
  unregisterKernel(GatherV2, 'tensorflow')
  for (const kernel of [gather, statelessRandomUniformFullInt, ...bitwise]) registerKernel(kernel)
}

/**
 * tfjs-node's gather fetches the indices to check them in JavaScript, once for each lookup. TensorFlow's own op checks them
 * as well, and a step that is to be compiled may read nothing back.
 */
const gather: KernelConfig = {
  kernelName: GatherV2,
  backendName: 'tensorflow',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const native = backend as NativeOps
    const { x, indices } = inputs as { x: Tensor; indices: Tensor }
    const { axis, batchDims } = attrs as unknown as { axis: number; batchDims: number }
    backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims)
    const axisTensor = scalar(axis, 'int32')
    const opAttrs = [
      { name: 'batch_dims', type: native.binding.TF_ATTR_INT, value: batchDims },
      typeAttr(native, 'Tparams', x.dtype),
      typeAttr(native, 'Tindices', indices.dtype),
      typeAttr(native, 'Taxis', 'int32'),
    ]
    const output = native.executeSingleOutput('GatherV2', opAttrs, [x, indices, axisTensor])
    axisTensor.dispose()
    return output
  },
}

/** Uniform int32 over all 2³² values, decided by `seed` (int32 [2]) alone. */
const statelessRandomUniformFullInt: KernelConfig = {
  kernelName: 'StatelessRandomUniformFullInt',
  backendName: 'tensorflow',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const native = backend as NativeOps
    const { seed } = inputs as { seed: Tensor }
    const { shape } = attrs as unknown as { shape: number[] }
    const shapeTensor = tensor1d(shape, 'int32')
    const opAttrs = [
      typeAttr(native, 'dtype', 'int32'),
      typeAttr(native, 'T', 'int32'),
      typeAttr(native, 'Tseed', 'int32'),
    ]
    const output = native.executeSingleOutput('StatelessRandomUniformFullInt', opAttrs, [shapeTensor, seed])
    shapeTensor.dispose()
    return output
  },
}

/** Ops of two int32 words, bit by bit; the shift is that of a signed number. */
const bitwise = ['BitwiseAnd', 'BitwiseXor', 'RightShift'].map((kernelName): KernelConfig => ({
  kernelName,
  backendName: 'tensorflow',
  kernelFunc: ({ inputs, backend }) => {
    const native = backend as NativeOps
    const { a, b } = inputs as { a: Tensor; b: Tensor }
    return native.executeSingleOutput(kernelName, [typeAttr(native, 'T', 'int32')], [a, b])
  },
}))

function typeAttr(native: NativeOps, name: string, dtype: DataType): OpAttr {
  return { name, type: native.binding.TF_ATTR_TYPE, value: native.getDTypeInteger(dtype) }
}
