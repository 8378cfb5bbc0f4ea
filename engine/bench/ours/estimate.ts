// A run of a few steps in, how what it said of its memory before the start compares with what it took out.
import path from 'node:path'
import type { RunRequest } from '../../spec/run.ts'
import { LABELS } from '../scratch.ts'
import type { Measured, Work } from '../work.ts'
import { peakMemory } from './process-figures.ts'
import { configOf, requestOf, squadRequestOf } from './request.ts'
import { watched } from './training.ts'

/** Estimate / measured peak, and the seconds of a step in the note. */
export async function measureEstimate(work: Work): Promise<Measured> {
  let estimated = 0
  let pieces = ''
  let steps = 0
  let at = performance.now()
  let seconds = 0
  const request = requestFor(work)
  const runtime = { ...request.runtime, padding: 'max_seq_length' } as const // the batch × length that the name says
  for await (const event of watched({ ...request, runtime })) {
    if (event.type === 'plan') {
      const { memory_bytes, micro_batches, micro_batch_size } = event.plan
      estimated = memory_bytes
      pieces = micro_batches === 1 ? '' : `, in ${micro_batches} pieces of ${micro_batch_size ?? 0}`
      at = performance.now()
    }
    if (event.type === 'step') {
      steps += 1
      seconds = (performance.now() - at) / 1000
      at = performance.now()
    }
    const answered = event.type === 'phase' && event.phase === 'predicting' ? event.done : 0
    if (steps >= work.steps || answered >= work.batch_size * work.steps) break
  }
  if (estimated === 0) throw new Error('The run said nothing of its memory.')
  const measured = peakMemory()
  const step = steps === 0 ? '' : `; the last step took ${seconds.toFixed(1)} s`
  return {
    values: [estimated / measured],
    peak_memory_bytes: measured,
    note: `${gb(estimated)} estimated, ${gb(measured)} measured${pieces}${step}`,
  }
}

function requestFor(work: Work): RunRequest {
  const hyperparameters = { train_step: work.steps, learning_rate: 1e-5 }
  if (work.task === 'questions') return squadRequestOf(work, hyperparameters)
  const config = configOf(work)
  if (work.task === 'sentences')
    return requestOf(work, { files: { train: 'long.tsv' }, labels: LABELS, config, hyperparameters })
  const init_checkpoint = path.join(work.folder, 'model/model.ckpt-best')
  return requestOf(work, {
    files: { test: 'long.tsv' },
    labels: LABELS,
    config,
    init_checkpoint,
    hyperparameters,
  })
}

function gb(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`
}
