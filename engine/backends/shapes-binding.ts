// Nothing in, a binding without a library out: enough for tfjs-node's kernels as long as every op is watched and none runs.
import type { NativeBinding } from './native-kernels.ts'

/** The numbers of TensorFlow's C API (`tf_datatype.h`, `tf_attrtype.h`), which the real binding hands on. */
const NUMBERS = {
  TF_FLOAT: 1,
  TF_INT32: 3,
  TF_STRING: 7,
  TF_COMPLEX64: 8,
  TF_INT64: 9,
  TF_BOOL: 10,
  TF_RESOURCE: 20,
  TF_ATTR_STRING: 0,
  TF_ATTR_INT: 1,
  TF_ATTR_FLOAT: 2,
  TF_ATTR_BOOL: 3,
  TF_ATTR_TYPE: 4,
  TF_ATTR_SHAPE: 5,
}

export const shapesBinding: NativeBinding = {
  ...NUMBERS,
  TF_Version: 'none',
  isUsingGpuDevice: () => false,
  getNumOfTensors: () => 0,
}
