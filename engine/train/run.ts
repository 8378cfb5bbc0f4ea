// RunRequest in, stream of RunEvents out: one run from its first message to its last.
import { dispose } from '@tensorflow/tfjs-core'
import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import { startNative } from '../backends/native.ts'
import { readBundle } from '../checkpoint/bundle-reader.ts'
import { newestTrainingCheckpoint } from '../checkpoint/training-checkpoint.ts'
import type { Features } from '../data/features.ts'
import type { Params } from '../model/params.ts'
import { EngineFailure } from '../spec/errors.ts'
import type { RunEvent, RunRequest, RunResult } from '../spec/run.ts'
import type { SplitName } from '../spec/task-spec.ts'
import { loadTokenizer, type Tokenizer } from '../text/tokenizer.ts'
import { Cancelled, breathe } from './cancelled.ts'
import { checkRequest, checkVocabulary } from './check-request.ts'
import { evaluate, majorityShare } from './evaluate.ts'
import { errorOf } from './failure.ts'
import { predict } from './predict.ts'
import { prepareSplit } from './prepare.ts'
import { logged } from './progress.ts'
import { modelParams, startTraining, startingParams } from './start.ts'
import { parameterCount } from './state.ts'
import { paramsFrom } from './state-tensors.ts'
import { BEST, train } from './train.ts'
import { meanOfBatchMeans, writeBestTrial, writeEvalResults } from './write-results.ts'

/**
 * Does what a request asks for and tells of it. The last event is `finished`, `cancelled` or `failed`; nothing is thrown.
 * A run whose folder holds a checkpoint goes on from it.
 * @param options.signal asks the run to stop; it does within about one step, at every stage
 */
export async function* run(
  request: RunRequest,
  { signal }: { signal: AbortSignal },
): AsyncGenerator<RunEvent, void> {
  let step = 0
  try {
    yield* stages(request, signal, (done) => (step = done))
  } catch (thrown) {
    if (thrown instanceof Cancelled || signal.aborted) yield { type: 'cancelled', step }
    else yield { type: 'failed', step, error: errorOf(thrown, request.output_dir) }
  }
}

type Prepared = { [Split in SplitName]: Features[] | null }
/** The weights that a run ends with, and what they measured on dev. */
type Best = { params: Params; step: number; metrics: Record<string, number>; train_seconds: number }

async function* stages(
  request: RunRequest,
  signal: AbortSignal,
  onStep: (step: number) => void,
): AsyncGenerator<RunEvent, void> {
  const phase = (name: 'starting' | 'finishing', detail: string): RunEvent => ({
    type: 'phase',
    phase: name,
    detail,
    done: 0,
    total: null,
  })
  yield phase('starting', 'TensorFlow')
  checkRequest(request)
  await mkdir(request.output_dir, { recursive: true })
  const { tensorflow_version, device, notice } = await startNative(request.runtime)
  yield logged('info', `TensorFlow ${tensorflow_version} runs on the ${device}.`)
  if (notice !== null) yield logged('warning', notice)
  await breathe(signal)

  const prepared = yield* prepare(request, signal)
  const best = request.do_train
    ? yield* trained(request, prepared, signal, onStep)
    : yield* evaluated(request, prepared, signal, onStep)
  try {
    if (prepared.test !== null) yield* predict(request, best.params, prepared.test, signal)
    yield phase('finishing', '')
    yield { type: 'finished', result: await resultOf(request, prepared, best) }
  } finally {
    dispose(best.params)
  }
}

/** Reads every split that the run will use, before anything else takes time: a fault in the test file shows at once. */
async function* prepare(request: RunRequest, signal: AbortSignal): AsyncGenerator<RunEvent, Prepared> {
  const { task, model, hyperparameters, do_train, do_eval, do_predict } = request
  const tokenizer: Tokenizer = await loadTokenizer({ ...model, do_lower_case: hyperparameters.do_lower_case })
  try {
    checkVocabulary(request, tokenizer)
    const wanted = { train: do_train, dev: do_eval, test: do_predict }
    const prepared: Prepared = { train: null, dev: null, test: null }
    for (const split of ['train', 'dev', 'test'] as const) {
      if (!wanted[split]) continue
      if (task.splits[split] === null) {
        const what = split === 'dev' ? 'the last step is kept as the result' : 'nothing is predicted'
        yield logged('warning', `${task.name} has no ${split} file; ${what}.`)
        continue
      }
      prepared[split] = yield* prepareSplit(request, split, tokenizer, signal)
    }
    return prepared
  } finally {
    tokenizer.close()
  }
}

async function* trained(
  request: RunRequest,
  { train: features, dev }: Prepared,
  signal: AbortSignal,
  onStep: (step: number) => void,
): AsyncGenerator<RunEvent, Best> {
  const splits = { train: features ?? [], dev }
  const training = yield* startTraining(request, splits.train, signal)
  onStep(training.record.step)
  const record = yield* train(request, splits, training, signal, onStep)
  const best_step = record.best?.step ?? record.step
  const metrics = record.evaluations.find(({ step }) => step === best_step)?.metrics ?? {}
  const { params } = await readParams(request, path.join(request.output_dir, BEST))
  return { params, step: best_step, metrics, train_seconds: record.train_seconds }
}

/** Without training: the best checkpoint of the folder, else its newest one, else the model that the request names. */
async function* evaluated(
  request: RunRequest,
  { dev }: Prepared,
  signal: AbortSignal,
  onStep: (step: number) => void,
): AsyncGenerator<RunEvent, Best> {
  const { task, output_dir, hyperparameters } = request
  const { params, step, source } = yield* existingParams(request, signal)
  yield logged('info', `The weights are those of ${source}.`)
  onStep(step)
  try {
    if (dev === null) return { params, step, metrics: {}, train_seconds: 0 }
    const { metrics, answers } = yield* evaluate(request, params, dev, signal)
    const evaluation = { split: 'dev', step, metrics, examples: dev.length, is_best: true } as const
    const losses = new Map([
      [step, meanOfBatchMeans(answers.per_example_loss, hyperparameters.eval_batch_size)],
    ])
    await writeEvalResults(output_dir, [evaluation], task.best_by, losses)
    const value = metrics[task.best_by]
    await writeBestTrial(output_dir, step, value === undefined ? null : { step, value })
    yield { type: 'evaluation', evaluation }
    return { params, step, metrics, train_seconds: 0 }
  } catch (error) {
    dispose(params)
    throw error
  }
}

async function* existingParams(
  request: RunRequest,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, { params: Params; step: number; source: string }> {
  const best = path.join(request.output_dir, BEST)
  if (existsSync(`${best}.index`)) return { ...(await readParams(request, best)), source: best }
  const newest = await newestTrainingCheckpoint(request.output_dir)
  if (newest !== null) {
    const { checkpoint, tensors } = newest
    const params = paramsFrom(tensors, modelParams(request), checkpoint.prefix)
    return { params, step: checkpoint.step, source: checkpoint.prefix }
  }
  const { init_checkpoint } = request.model
  if (init_checkpoint !== null) {
    const { params, missing } = yield* startingParams(request, modelParams(request), signal)
    if (missing.length === 0) return { params, step: 0, source: init_checkpoint }
    dispose(params)
    const message = `${init_checkpoint} lacks ${missing.join(', ')}, so its answers would be chance. Train first (do_train), or name a checkpoint that was trained for this task.`
    throw new EngineFailure({ code: 'bad-checkpoint', file: init_checkpoint, message })
  }
  const message = `There is no trained model: ${request.output_dir} holds no checkpoint and no init_checkpoint is given. Train first (do_train), or name a checkpoint.`
  throw new EngineFailure({ code: 'bad-checkpoint', file: request.output_dir, message })
}

async function readParams(request: RunRequest, prefix: string): Promise<{ params: Params; step: number }> {
  const tensors = await readBundle(prefix)
  const params = paramsFrom(tensors, modelParams(request), prefix)
  return { params, step: Number(tensors.get('global_step')?.data[0] ?? 0) }
}

async function resultOf({ task, output_dir }: RunRequest, { dev }: Prepared, best: Best): Promise<RunResult> {
  return {
    best_step: best.step,
    metrics: best.metrics,
    best_by: task.best_by,
    majority: dev === null ? null : majorityShare(task, dev),
    train_seconds: best.train_seconds,
    parameters: parameterCount(best.params),
    peak_memory_bytes: process.resourceUsage().maxRSS * 1024, // Node tells kilobytes
    files: (await readdir(output_dir)).filter((name) => !name.startsWith('.')).sort(),
  }
}
