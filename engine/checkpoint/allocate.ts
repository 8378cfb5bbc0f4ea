// A dtype and a number of bytes that a reader has checked against the file in, an array of zeros out.
import { EngineFailure } from '../spec/errors.ts'
import { say } from '../spec/sentences.ts'
import type { TensorData, TensorDtype } from './named-tensor.ts'

/** @throws EngineFailure 'out-of-memory' where the machine cannot hold it */
export function allocate(dtype: TensorDtype, bytes: number, name: string): TensorData {
  try {
    if (dtype === 'float32') return new Float32Array(bytes / 4)
    return dtype === 'int32' ? new Int32Array(bytes / 4) : new BigInt64Array(bytes / 8)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const said = say('run-tensor-too-large', { name, needed_bytes: bytes })
    throw new EngineFailure({ code: 'out-of-memory', ...said }, { cause: error })
  }
}
