// A request in, the state its training starts from out: of the run's own newest checkpoint, of a model's, or fresh.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { scalesLoss } from '../backends/precision.ts'
import { openBundle } from '../checkpoint/bundle-reader.ts'
import type { NamedTensor } from '../checkpoint/named-tensor.ts'
import { initialise, type RestoreReport } from '../checkpoint/restore.ts'
import { newestTrainingCheckpoint } from '../checkpoint/training-checkpoint.ts'
import { changedFingerprints, type TrainingRecord } from '../checkpoint/training-record.ts'
import { initialValues, type ParamSpec, type Params } from '../model/params.ts'
import { FIRST_LOSS_SCALE, lossScaleOf } from '../optim/loss-scale.ts'
import { EngineFailure } from '../spec/errors.ts'
import type { RunEvent, RunRequest } from '../spec/run.ts'
import { say } from '../spec/sentences.ts'
import { breathe } from './cancelled.ts'
import { fingerprintsOf } from './fingerprints.ts'
import { logged } from './progress.ts'
import { freshState, type TrainState } from './state.ts'
import { paramsFrom, stateFrom } from './state-tensors.ts'
import { BEST, type Training } from './train.ts'
import type { Split, Workload } from './workload.ts'

/** Goes on from what lies in the run's folder, else starts at step 0. @throws EngineFailure 'bad-checkpoint' */
export async function* startTraining(
  request: RunRequest,
  workload: Pick<Workload, 'params' | 'recipe'>,
  train: Pick<Split, 'fingerprint'>,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Training> {
  const specs = workload.params
  const fingerprints = fingerprintsOf(request, workload, train.fingerprint())
  const found = await newestTrainingCheckpoint(request.output_dir)
  if (found === null) {
    refuseForeignResult(request.output_dir)
    const { params } = yield* startingParams(request, specs, signal)
    const record = freshRecord(request, fingerprints)
    return { state: { ...freshState(params), ...scaled(record) }, checkpoint: null, record }
  }
  const { checkpoint, tensors, warnings } = found
  for (const warning of warnings) yield logged('warning', warning)
  const changed = changedFingerprints(checkpoint.record.fingerprints, fingerprints)
  if (changed.length > 0) {
    const what = changed.join(', ')
    yield logged(
      'warning',
      `The run goes on from step ${checkpoint.step}, but not as it began: ${what} changed since.`,
    )
  }
  yield { type: 'resumed', step: checkpoint.step }
  const { loss_scale } = freshRecord(request, fingerprints)
  const record = {
    ...checkpoint.record,
    fingerprints,
    loss_scale: loss_scale && (checkpoint.record.loss_scale ?? loss_scale),
  }
  const state = stateFrom(tensors, checkpoint.step, specs, checkpoint.prefix)
  return { state: { ...state, ...scaled(record) }, checkpoint, record }
}

function scaled({ loss_scale }: TrainingRecord): Pick<TrainState, 'loss_scale'> {
  return loss_scale === undefined ? {} : { loss_scale: lossScaleOf(loss_scale) }
}

/** The weights of the model that the request names; what it lacks, and all without one, starts fresh. */
export async function* startingParams(
  { model, hyperparameters }: Pick<RunRequest, 'model' | 'hyperparameters'>,
  specs: readonly ParamSpec[],
  signal: AbortSignal,
): AsyncGenerator<RunEvent, { params: Params; missing: string[] }> {
  const { init_checkpoint } = model
  const tensors = new Map<string, NamedTensor>()
  let missing = specs.map(({ name }) => name)
  if (init_checkpoint === null) {
    yield logged('info', `No init_checkpoint: all weights start fresh, from seed ${hyperparameters.seed}.`)
  } else {
    const found = await initialise(specs, await openBundle(init_checkpoint))
    missing = found.report.missing
    for (const [name, tensor] of found.tensors) tensors.set(name, tensor)
    yield logged('info', restoreSentence(init_checkpoint, found.report))
  }
  const fresh = new Set(missing)
  for (const spec of specs) {
    if (!fresh.has(spec.name)) continue
    await breathe(signal) // a table of the largest model takes a second
    const { name, shape } = spec
    tensors.set(name, { name, dtype: 'float32', shape, data: initialValues(spec, hyperparameters.seed) })
  }
  return { params: paramsFrom(tensors, specs, init_checkpoint ?? 'the fresh model'), missing }
}

function restoreSentence(prefix: string, { restored, missing, extra }: RestoreReport): string {
  const parts = [`${restored.length} variables are taken from ${prefix}`]
  if (missing.length > 0) parts.push(`these start fresh: ${missing.join(', ')}`)
  if (extra.length > 0) parts.push(`these of the checkpoint are not used: ${extra.join(', ')}`)
  return parts.join('; ') + '.'
}

/** A released model is called `model.ckpt-best` too: a run that starts in its folder would write its own result over it. */
function refuseForeignResult(output_dir: string): void {
  if (!existsSync(path.join(output_dir, `${BEST}.index`))) return
  const said = say('run-output-taken', { folder: output_dir, name: BEST })
  throw new EngineFailure({ code: 'bad-config', field: 'output_dir', ...said })
}

function freshRecord(
  { hyperparameters, runtime }: RunRequest,
  fingerprints: Record<string, string>,
): TrainingRecord {
  return {
    step: 0,
    seed: hyperparameters.seed,
    fingerprints,
    best: null,
    evaluations: [],
    position: { epoch: 0, offset: 0 },
    random: {}, // the step and the seed decide the data's order and every dropout mask
    loss_scale: scalesLoss(runtime) ? FIRST_LOSS_SCALE : undefined,
    train_seconds: 0,
    micro_batches: 1,
  }
}
