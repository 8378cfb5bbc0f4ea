// One array of numbers with its name: what every checkpoint format here reads into and writes from.

export type TensorDtype = 'float32' | 'int32' | 'int64'
export type TensorData = Float32Array | Int32Array | BigInt64Array

/** `data` is row-major and holds exactly the product of `shape` values; a scalar has the shape `[]`. */
export type NamedTensor = {
  name: string
  dtype: TensorDtype
  shape: readonly number[]
  data: TensorData
}

/** Number of values in a tensor of this shape; exact, since every shape that passed a reader fits in a file. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** The tensor's own memory as bytes: no copy. Little-endian, because every platform this program runs on is. */
export function bytesOf({ data }: Pick<NamedTensor, 'data'>): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

/** The way back, for bytes that begin where an array of the dtype may. */
export function valuesOf(dtype: TensorDtype, { buffer, byteOffset, length }: Uint8Array): TensorData {
  if (dtype === 'float32') return new Float32Array(buffer, byteOffset, length / 4)
  return dtype === 'int32'
    ? new Int32Array(buffer, byteOffset, length / 4)
    : new BigInt64Array(buffer, byteOffset, length / 8)
}
