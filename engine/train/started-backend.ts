// Nothing in; TensorFlow started, a first product computed, and what runs out.
import { matMul, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { startNative } from '../backends/native.ts'
import type { StartedBackend } from '../spec/model-report.ts'
import { Runtime } from '../spec/runtime.ts'

const A = [1, 2, 3, 4]
const A_SQUARED = [7, 10, 15, 22]

/** @throws EngineFailure 'backend-missing'; Error when the library computes something else than it should */
export async function startedBackend(): Promise<StartedBackend> {
  const { tensorflow_version, device, notice } = await startNative(Runtime.parse({}))
  const product = tidy(() => matMul(tensor2d(A, [2, 2]), tensor2d(A, [2, 2])).dataSync())
  if (!A_SQUARED.every((value, index) => product[index] === value))
    throw new Error(`TensorFlow ${tensorflow_version} multiplied wrongly: ${[...product].join(', ')}.`)
  return { tensorflow_version, device, notice }
}
