// An update whose numbers are not finite in, whether it is tried again with a smaller loss scale out, and what is said of it.
import { LEAST_SCALE, type LossScaleNumbers } from '../optim/loss-scale.ts'
import { EngineFailure } from '../spec/errors.ts'
import type { RunEvent, StepMetrics } from '../spec/run.ts'
import { say } from '../spec/sentences.ts'
import { logged } from './progress.ts'

type Scaled = LossScaleNumbers | undefined

/** Whether it may have been the scale alone: of the loss itself nothing is scaled. */
export function canBeScaledLess({ loss }: Pick<StepMetrics, 'loss'>, scaled_by: Scaled): boolean {
  return scaled_by !== undefined && Number.isFinite(loss) && scaled_by.scale > LEAST_SCALE
}

/** @param scaled_by null in what is not fp16 */
export function notFinite({ step, loss, grad_norm }: StepMetrics, scaled_by: Scaled): EngineFailure {
  const facts = { step, loss: String(loss), grad_norm: String(grad_norm) }
  const said =
    scaled_by === undefined
      ? say('run-diverged', facts)
      : say('run-diverged-fp16', { ...facts, scale: scaled_by.scale })
  return new EngineFailure({ code: 'loss-not-finite', step, ...said })
}

/** Of answers, to which no update says it. */
export function noNumbersSentence(count: number, of: number): string {
  return `${count} of ${of} answers are no numbers, and what is made of them means nothing: weights are no numbers, or a product exceeds what the run's precision holds (65504 in fp16). Choose precision fp32 or bf16, or other weights.`
}

/** Tells of a loss scale that is another than before. @param before.loss_scale none at the start of a run */
export function* scaleEvents(
  before: { step: number; loss_scale?: Scaled },
  now: Scaled,
): Generator<RunEvent> {
  if (now === undefined || now.scale === before.loss_scale?.scale) return
  yield logged('info', sentence(before.step, before.loss_scale?.scale, now.scale))
}

function sentence(done: number, before: number | undefined, now: number): string {
  if (before === undefined)
    return `The loss is scaled by ${now} before its gradients are taken, so that half holds them.`
  if (now > before)
    return `From step ${done + 2} on the loss is scaled by ${now}, after many updates that were finite.`
  return `At step ${done + 1} gradients exceeded what half holds: no weight was changed, and the step is tried again with the loss scaled by ${now} in place of ${before}.`
}
