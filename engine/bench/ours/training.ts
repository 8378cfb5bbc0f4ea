// Training steps as a run takes them: batches are made, gradients clipped, weights updated, the loss read.
import { graphVerbs } from '../../backends/native.ts'
import { run } from '../../index.ts'
import type { RunEvent, RunRequest } from '../../spec/run.ts'
import { LABELS } from '../scratch.ts'
import type { Measured, Work } from '../work.ts'
import { cpuSeconds, peakMemory, residentMemory } from './process-figures.ts'
import { requestOf, squadRequestOf } from './request.ts'

const WARM_UP = 2 // what is made ready before counts to the first; the second finds everything in place

/** tokens/s of each step, from the end of the step before it to its own. */
export async function measureTraining(work: Work): Promise<Measured> {
  const { seconds, cpu_seconds } = await steps(requestFor(work, WARM_UP + work.steps), {
    limit: work.seconds,
  })
  const tokens = work.batch_size * work.seq_length
  return {
    values: seconds.slice(WARM_UP - 1).map((one) => tokens / one),
    peak_memory_bytes: peakMemory(),
    cpu_seconds,
  }
}

/** Seconds that the first step takes longer than a later one: from the end of reading on, whatever is made ready there. */
export async function measureFirstStep(work: Work): Promise<Measured> {
  const { first, seconds } = await steps(requestFor(work, 1 + work.steps))
  return { values: [first - Math.min(...seconds)], peak_memory_bytes: peakMemory() }
}

/** Growth of the resident memory in per cent after the first tenth of the steps; tensors that the library holds stand in the note. */
export async function measureMemory(work: Work): Promise<Measured> {
  let settled = 0
  let last = 0
  const handles: number[] = []
  await steps(
    requestOf(work, {
      files: { train: 'sentences.tsv' },
      labels: LABELS,
      config: 'small_albert_config.json',
      hyperparameters: { train_step: work.steps, learning_rate: 1e-6 },
    }),
    {
      onStep(step) {
        if (step === work.steps / 10) settled = residentMemory()
        if (step === work.steps) last = residentMemory()
        if (step % (work.steps / 10) === 0) handles.push(graphVerbs()?.handles() ?? 0)
      },
    },
  )
  return {
    values: [(last / settled - 1) * 100],
    peak_memory_bytes: peakMemory(),
    note: `${Math.round(settled / 1e6)} MB after a tenth; tensors held then, and at every tenth: ${handles.join(', ')}`,
  }
}

function requestFor(work: Work, train_step: number): RunRequest {
  const hyperparameters = { train_step, learning_rate: 1e-5 }
  if (work.what === 'squad') return squadRequestOf(work, hyperparameters)
  return requestOf(work, { files: { train: 'long.tsv' }, labels: LABELS, hyperparameters })
}

/** @returns `first`: seconds to the end of the first step, reading and saving not counted; `seconds`: of each later one */
async function steps(
  request: RunRequest,
  { onStep, limit = Infinity }: { onStep?: (step: number) => void; limit?: number } = {},
): Promise<{ first: number; seconds: number[]; cpu_seconds: number }> {
  const seconds: number[] = []
  let first = 0
  let isBegun = false
  let at = performance.now()
  let cpu = cpuSeconds()
  let cpu_seconds = 0
  for await (const event of watched(request)) {
    if (!isBegun && event.type === 'phase' && ['compiling', 'training'].includes(event.phase)) {
      isBegun = true
      at = performance.now()
    }
    if (event.type !== 'step') continue
    const now = performance.now()
    if (event.point.step === 1) first = (now - at) / 1000
    else seconds.push((now - at) / 1000)
    if (event.point.step > WARM_UP) cpu_seconds += cpuSeconds() - cpu
    cpu = cpuSeconds()
    at = now
    onStep?.(event.point.step)
    if (seconds.slice(WARM_UP - 1).reduce((sum, one) => sum + one, 0) > limit) break
  }
  return { first, seconds, cpu_seconds }
}

/** The events of a run. @throws when it fails */
export async function* watched(request: RunRequest): AsyncGenerator<RunEvent> {
  for await (const event of run(request, { signal: new AbortController().signal })) {
    if (event.type === 'failed') throw new Error(event.error.message)
    yield event
  }
}
