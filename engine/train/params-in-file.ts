// A checkpoint that was verified in, its weights as tensors out, of which the largest stay in the file and are read as they are used.
import { add, keep, matMul, slice, tensor, tensor2d, tidy, zeros, type Tensor2D } from '@tensorflow/tfjs-core'
import { farTensor, type FarMatrix } from '../backends/far-tensors.ts'
import { readTensor, type Bundle } from '../checkpoint/bundle-reader.ts'
import { elementCount } from '../checkpoint/named-tensor.ts'
import { readRows, type RowReader } from '../checkpoint/row-reader.ts'
import type { ParamSpec, Params } from '../model/params.ts'

const LIMITS = {
  /** A kernel above this is read in pieces of this size. */
  piece_bytes: 16 * 1024 * 1024,
  /** Of such pieces as much stays in memory, those that were wanted first: a model of this size is read once. */
  kept_bytes: 256 * 1024 * 1024,
}

export type ParamsInFile = { params: Params; close(): void }

/**
 * For one look at a model, as an import takes it: the layers share their weights, so what is not kept is read again for each of
 * them. Nothing is compared with its checksum.
 * @throws EngineFailure 'bad-checkpoint'
 */
export async function openParams(
  bundle: Bundle,
  specs: readonly ParamSpec[],
  { piece_bytes, kept_bytes } = LIMITS,
): Promise<ParamsInFile> {
  const reader = readRows(bundle)
  const pieces = piecesOf(reader, kept_bytes)
  const params: Params = {}
  for (const { name, shape } of specs) {
    const [rows = 0, columns = 0] = shape
    if (name.endsWith('/kernel') && elementCount(shape) * 4 > piece_bytes && reader.has(name)) {
      const height = Math.max(1, Math.floor(piece_bytes / 4 / columns))
      const piece = (row: number, count: number): Tensor2D => pieces.of(name, row, [count, columns])
      params[name] = farTensor([rows, columns], {
        product: inPieces([rows, columns], height, piece),
        whole: () => piecesOf(reader, 0).of(name, 0, [rows, columns]),
      })
    } else {
      const { data } = await readTensor(bundle, name)
      params[name] = tensor(data as Float32Array, shape, 'float32')
    }
  }
  const close = (): void => {
    for (const param of Object.values(params)) param.dispose()
    pieces.dispose()
    reader.close()
  }
  return { params, close }
}

/** x · W as the sum of the products of some columns of x with as many rows of W. */
function inPieces(
  [rows, columns]: [number, number],
  height: number,
  piece: (row: number, height: number) => Tensor2D,
): FarMatrix['product'] {
  const starts = Array.from({ length: Math.ceil(rows / height) }, (_, index) => index * height)
  return (x) =>
    tidy(() =>
      starts.reduce<Tensor2D>(
        (sum, row) =>
          tidy(() => {
            const count = Math.min(height, rows - row)
            return add(sum, matMul(slice(x, [0, row], [x.shape[0], count]), piece(row, count)))
          }),
        zeros([x.shape[0], columns]),
      ),
    )
}

function piecesOf(reader: RowReader, kept_bytes: number) {
  const kept = new Map<string, Tensor2D>()
  let left = kept_bytes
  let room = new Float32Array()
  return {
    /** For one product, and gone with the `tidy` around it, except for those that are kept. */
    of: (name: string, row: number, [rows, columns]: [number, number]): Tensor2D => {
      const key = `${name} ${row}`
      const found = kept.get(key)
      if (found !== undefined) return found
      const count = rows * columns
      const stays = count * room.BYTES_PER_ELEMENT <= left
      // TensorFlow may go on using the array itself: what stays has one of its own, and the others one after another the same.
      if (!stays && room.length < count) room = new Float32Array(count)
      const values = stays ? new Float32Array(count) : room.subarray(0, count)
      reader.read(name, row, values)
      const piece = tensor2d(values, [rows, columns])
      if (!stays) return piece
      left -= values.byteLength
      kept.set(key, keep(piece))
      return piece
    },
    dispose: () => {
      for (const piece of kept.values()) piece.dispose()
    },
  }
}
