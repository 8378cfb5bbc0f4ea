// Runtime settings in, how many multiplications and additions a second a run with them gets done on this machine out, about.
import { dispose, matMul, randomNormal, sum, tidy, type Tensor2D } from '@tensorflow/tfjs-core'
import { graphVerbs, startNative } from '../backends/native.ts'
import { precisionOf } from '../backends/precision.ts'
import { compilerOn } from '../jit/jit.ts'
import type { Runtime } from '../spec/runtime.ts'
import { narrowingPasses } from './narrowing.ts'

/** What a run reaches of the speed of its products alone: the rest of it takes its time too. Measured at 32×128: 0.76 in fp32, 0.3 to 0.4 in bf16; at 4×128, 0.72 in fp16, on a processor. */
const SHARE = { fp32: 0.75, bf16: 0.35, fp16: 0.72, 'not-compiled': 0.5 }

/** As a feed-forward layer of ALBERT-base multiplies. */
const SHAPE = { rows: 1024, width: 768, inner: 3072 }
const FLOPS = 2 * SHAPE.rows * SHAPE.width * SHAPE.inner
/** The best of so long: for moments another program may have the processor. */
const MEASURED_MS = 1000

/** Takes about two seconds, with loading the library. @throws EngineFailure 'backend-missing' */
export async function multiplyingSpeed(runtime: Runtime): Promise<number> {
  await startNative(runtime)
  const verbs = graphVerbs()
  if (verbs === null) throw new Error('The native backend has no verbs for a compiler.')
  const { precision } = precisionOf(runtime)
  const compiler = compilerOn(verbs, { passes: narrowingPasses(precision) })
  const a = randomNormal([SHAPE.rows, SHAPE.width])
  const b = randomNormal([SHAPE.width, SHAPE.inner])
  const product = compiler.jit(({ a }: { a: Tensor2D }, b: Tensor2D) => ({ total: sum(matMul(a, b)) }), {
    donate: false,
  })
  const seconds = (): number => {
    const started = performance.now()
    tidy(() => void product({ a: a as Tensor2D }, b as Tensor2D).total.dataSync())
    return (performance.now() - started) / 1000
  }
  seconds() // loads
  let best = Infinity
  for (const until = performance.now() + MEASURED_MS; performance.now() < until;)
    best = Math.min(best, seconds())
  compiler.close()
  dispose([a, b])
  return (FLOPS / best) * SHARE[runtime.jit === 'off' ? 'not-compiled' : precision]
}
