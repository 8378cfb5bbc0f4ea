// The plan of a run in, what it would take and do on standard output out; one that does not fit is a failure that names what does.
import type { JobPlan } from '../contract/host.ts'
import { CommandFailure } from './failure.ts'
import { printJson, printLines } from './print.ts'

/** @throws CommandFailure where the run does not fit the memory */
export function printPlan(told: JobPlan, asJson: boolean): void {
  const { plan, seconds, sampled } = told
  if (asJson) printJson(told)
  if (!plan.fits) throw new CommandFailure(refusal(told))
  if (asJson) return
  const shapes = plan.shapes.map(({ rows, row_length }) => `${rows} × ${row_length}`).join(' or ')
  const batch =
    plan.micro_batch_size === null || plan.micro_batches === 1
      ? []
      : [`Each batch is computed in ${plan.micro_batches} pieces of up to ${plan.micro_batch_size} examples.`]
  const time =
    seconds === null
      ? []
      : [
          seconds.evaluating === 0
            ? `About ${minutes(seconds.training)} of training, without evaluations and saving.`
            : `About ${minutes(seconds.training)} of training and ${minutes(seconds.evaluating)} of evaluating, without starting and saving.`,
        ]
  printLines([
    `About ${inGb(plan.memory_bytes)} of memory; the run may take ${inGb(plan.allowed_bytes)}.`,
    ...time,
    `Matrix products in ${plan.precision} (${plan.precision_reason}); steps are ${plan.compiled ? 'compiled' : 'not compiled'}.`,
    ...(shapes === '' ? [] : [`Batches have ${shapes} places (${plan.row_use}).`]),
    ...batch,
    sampled === 0
      ? 'As if every example were of full length: it may be less.'
      : `By the lengths of the first ${sampled} training examples.`,
  ])
}

function refusal({ plan: { memory_bytes, allowed_bytes, fitting } }: JobPlan): string {
  const settings = fitting.map(({ field, value }) => `--${field}=${value}`)
  const advice =
    settings.length === 0
      ? 'No smaller batch or sequence fits: choose a smaller model, or close other programs.'
      : `Each of these alone fits: ${settings.join(', ')}.`
  return `The run needs about ${inGb(memory_bytes)} of memory and may take ${inGb(allowed_bytes)}. ${advice} --memory_gb sets another limit.`
}

function inGb(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}

function minutes(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}
