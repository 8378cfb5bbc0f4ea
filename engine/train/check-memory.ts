// A run whose data is read in, its plan told and its batches divided out; or the reason why it does not fit, with what would.
import { cardHere } from '../backends/card.ts'
import { freeMemory } from '../backends/free-memory.ts'
import { EngineFailure } from '../spec/errors.ts'
import type { RunEvent, RunRequest } from '../spec/run.ts'
import type { RunPlan } from '../spec/run-plan.ts'
import type { Runtime } from '../spec/runtime.ts'
import { say } from '../spec/sentences.ts'
import { planWithFitting } from './fitting.ts'
import type { Planned, Splits } from './plan-run.ts'
import { logged } from './progress.ts'
import type { Workload } from './workload.ts'

const GB = 1e9
/** Of what is free; the rest is for the system, and for an estimate that is a little low. */
const SHARE = 0.9

/**
 * @param begun_with pieces that a run which is gone on with began with
 * @throws EngineFailure 'does-not-fit'
 */
export function* checkMemory(
  request: RunRequest,
  workload: Workload,
  splits: Splits,
  begun_with?: number,
): Generator<RunEvent, Planned> {
  const options = { allowed_bytes: allowedMemory(request.runtime), begun_with }
  const planned = planWithFitting(request, workload, splits, options)
  const { plan } = planned
  if (!plan.fits) throw refusal(plan)
  yield { type: 'plan', plan }
  yield logged('info', memorySentence(plan, request))
  return planned
}

/** In bytes: of the card where one computes, else of the system. What this process has already is the run's too. */
export function allowedMemory({ memory_gb }: Pick<Runtime, 'memory_gb'>, card = cardHere()): number {
  if (memory_gb > 0) return memory_gb * GB
  return SHARE * (card?.free_bytes ?? freeMemory() + process.memoryUsage.rss())
}

function memorySentence(
  { memory_bytes, allowed_bytes, micro_batches, micro_batch_size }: RunPlan,
  { hyperparameters }: RunRequest,
): string {
  const memory = `The run will take about ${inGb(memory_bytes)} of memory at most, and may take ${inGb(allowed_bytes)}.`
  if (micro_batches === 1) return memory
  const { train_batch_size } = hyperparameters
  return `${memory} Each batch of ${train_batch_size} examples is computed in ${micro_batches} pieces of up to ${micro_batch_size ?? train_batch_size}; their gradients add up to one update, the same as of the whole batch.`
}

function refusal({ memory_bytes, allowed_bytes, fitting }: RunPlan): EngineFailure {
  const settings = fitting.map(({ field, value }) => `${field} ${value}`)
  const advice =
    settings.length === 0
      ? 'No smaller batch or sequence fits either: choose a smaller model, close other programs, or use a machine with more memory.'
      : `${settings.length === 1 ? 'This fits' : 'Each of these fits'}: ${settings.join(', ')}.`
  const message = `The run needs about ${inGb(memory_bytes)} of memory and may take ${inGb(allowed_bytes)}. ${advice} memory_gb sets another limit.`
  return new EngineFailure({
    code: 'does-not-fit',
    needed_bytes: memory_bytes,
    allowed_bytes,
    fitting,
    message,
    fault: say('run-does-not-fit', { needed_bytes: memory_bytes, allowed_bytes }).fault,
  })
}

function inGb(bytes: number): string {
  return `${(bytes / GB).toFixed(1)} GB`
}
