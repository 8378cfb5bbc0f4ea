// RunRequest in, stream of RunEvents out: one run from its first message to its last.
import { dispose } from '@tensorflow/tfjs-core'
import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import { startNative } from '../backends/native.ts'
import { precisionOf } from '../backends/precision.ts'
import { readBundle } from '../checkpoint/bundle-reader.ts'
import { newestTrainingCheckpoint } from '../checkpoint/training-checkpoint.ts'
import type { Params } from '../model/params.ts'
import { EngineFailure } from '../spec/errors.ts'
import type { RunEvent, RunRequest, RunResult } from '../spec/run.ts'
import { settingsText } from '../spec/process-settings.ts'
import { say } from '../spec/sentences.ts'
import { loadTokenizer, type Tokenizer } from '../text/tokenizer.ts'
import { Cancelled, breathe } from './cancelled.ts'
import { checkRequest, checkVocabulary } from './check-request.ts'
import { errorOf } from './failure.ts'
import { bytesIn } from './features/feature-cache.ts'
import { vocabularyOf } from './features/remembered.ts'
import { startWorkers, threadsFor, type Workers } from './features/workers.ts'
import { workloadOf } from './kinds/index.ts'
import { firstExamples } from './first-examples.ts'
import { logged } from './progress.ts'
import { checkMemory } from './check-memory.ts'
import type { Planned, Splits } from './plan-run.ts'
import { startTraining, startingParams } from './start.ts'
import { parameterCount } from './state.ts'
import { paramsFrom } from './state-tensors.ts'
import { BEST, train, type Training, type TrainOptions } from './train.ts'
import type { Workload } from './workload.ts'
import { WornOut } from './worn-out.ts'
import { evalBlocks, writeBestTrial, writeEvalResults } from './write-results.ts'

export type RunOptions = {
  signal: AbortSignal
  /** See `TrainOptions`. */
  tensor_numbers?: number
}

/**
 * Does what a request asks for and tells of it. The last event is `finished`, `cancelled`, `failed` or `worn-out`; nothing is thrown.
 * A run whose folder holds a checkpoint goes on from it.
 * @param options.signal asks the run to stop; it does within about one step, at every stage
 */
export async function* run(
  request: RunRequest,
  { signal, tensor_numbers }: RunOptions,
): AsyncGenerator<RunEvent, void> {
  let step = 0
  try {
    yield* stages(request, signal, { tensor_numbers, onStep: (done) => (step = done) })
  } catch (thrown) {
    if (thrown instanceof Cancelled || signal.aborted) yield { type: 'cancelled', step }
    else if (thrown instanceof WornOut) yield { type: 'worn-out', step }
    else yield { type: 'failed', step, error: errorOf(thrown, request.output_dir) }
  }
}

/** The weights that a run ends with, and what they measured on dev. */
type Best = { params: Params; step: number; metrics: Record<string, number>; train_seconds: number }

async function* stages(
  request: RunRequest,
  signal: AbortSignal,
  options: TrainOptions,
): AsyncGenerator<RunEvent, void> {
  yield phase('starting', 'TensorFlow')
  checkRequest(request)
  const workload = workloadOf(request)
  try {
    yield* work(request, workload, signal, options)
  } finally {
    workload.close()
  }
}

function phase(name: 'starting' | 'finishing', detail: string): RunEvent {
  return { type: 'phase', phase: name, detail, done: 0, total: null }
}

async function* work(
  request: RunRequest,
  workload: Workload,
  signal: AbortSignal,
  options: TrainOptions,
): AsyncGenerator<RunEvent, void> {
  await mkdir(request.output_dir, { recursive: true })
  const prepared = yield* started(request, workload, signal)
  const planned = yield* checkMemory(request, workload, prepared)
  const best = request.do_train
    ? yield* trained(request, workload, prepared, planned, signal, options)
    : yield* evaluated(request, workload, prepared, signal, options)
  try {
    const { null_score_diff_threshold } = request
    const known = null_score_diff_threshold === undefined ? {} : { null_score_diff_threshold }
    if (prepared.test !== null)
      yield* prepared.test.predict(best.params, { ...known, ...best.metrics }, signal)
    yield phase('finishing', '')
    yield { type: 'finished', result: await resultOf(request, prepared, best) }
  } finally {
    dispose(best.params)
  }
}

/** TensorFlow, then the splits: worker threads for these begin while it starts. */
async function* started(
  request: RunRequest,
  workload: Workload,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Splits> {
  const workers = startWorkers(vocabularyOf(request), threadsFor(await bytesToRead(request)))
  try {
    const { tensorflow_version, device, notice } = await startNative(request.runtime)
    yield logged('info', `TensorFlow ${tensorflow_version} runs on the ${device}.`)
    if (notice !== null) yield logged('warning', notice)
    yield logged('info', `Its process has ${settingsText(process.env)}.`)
    yield logged('info', precisionOf(request.runtime).sentence)
    await breathe(signal)
    return yield* prepare(request, workload, workers, signal)
  } finally {
    await workers.close()
  }
}

/** Of all splits together; who reads them says what is wrong with one. */
async function bytesToRead({ task, data_dir, do_train, do_eval, do_predict }: RunRequest): Promise<number> {
  const { train, dev, test } = task.splits
  const wanted = [do_train ? train : null, do_eval ? dev : null, do_predict ? test : null]
  const sizes = wanted.map(async (split) =>
    split === null ? 0 : bytesIn(path.resolve(data_dir, split.file)).catch(() => 0),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/** Reads every split that the run will use, before anything else takes time: a fault in the test file shows at once. */
async function* prepare(
  request: RunRequest,
  workload: Workload,
  workers: Workers,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Splits> {
  const { task, model, hyperparameters, do_train, do_eval, do_predict } = request
  const tokenizer: Tokenizer = await loadTokenizer({ ...model, do_lower_case: hyperparameters.do_lower_case })
  try {
    checkVocabulary(request, tokenizer)
    const wanted = { train: do_train, dev: do_eval, test: do_predict }
    const prepared: Splits = { train: null, dev: null, test: null }
    for (const split of ['train', 'dev', 'test'] as const) {
      if (!wanted[split]) continue
      if (task.splits[split] === null) {
        const what = split === 'dev' ? 'the last step is kept as the result' : 'nothing is predicted'
        yield logged('warning', `${task.name} has no ${split} file; ${what}.`)
        continue
      }
      const read = yield* workload.prepare(split, { tokenizer, workers }, signal)
      if (split === 'train') yield* firstExamples(read, tokenizer)
      if (split === 'train' && read.majority === 1) {
        const message = `Every training example has the same label: a model that always says so is never wrong, and nothing else is learnt. Add rows with other labels.`
        yield logged('warning', message)
      }
      prepared[split] = read
    }
    return prepared
  } finally {
    tokenizer.close()
  }
}

async function* trained(
  request: RunRequest,
  workload: Workload,
  prepared: Splits,
  fresh: Planned,
  signal: AbortSignal,
  options: TrainOptions,
): AsyncGenerator<RunEvent, Best> {
  const { train: split, dev, test } = prepared
  if (split === null) throw new Error('The training split was not read.') // checkRequest makes sure of it
  const training = yield* startTraining(request, workload, split, signal)
  const { plan, updates } = yield* goneOnWith(request, workload, prepared, fresh, training)
  if (updates === null) throw new Error('There is no plan of the training.')
  const splits = { train: split, updates, dev, test }
  training.record = { ...training.record, micro_batches: plan.micro_batches }
  options.onStep(training.record.step)
  const record = yield* train(request, splits, training, workload.compile, signal, options)
  const best_step = record.best?.step ?? record.step
  const metrics = record.evaluations.find(({ step }) => step === best_step)?.metrics ?? {}
  const index = record.evaluations.findIndex(({ step }) => step === best_step)
  if (index >= 0) await conclude(request, workload, best_step, index)
  const { params } = await readParams(workload, path.join(request.output_dir, BEST))
  return { params, step: best_step, metrics, train_seconds: record.train_seconds }
}

/** A run that goes on takes its batches in as many pieces as before, so that it computes the same; unless they no longer fit. */
function* goneOnWith(
  request: RunRequest,
  workload: Workload,
  prepared: Splits,
  fresh: Planned,
  { checkpoint, record }: Training,
): Generator<RunEvent, Planned> {
  const before = record.micro_batches
  const isSame = checkpoint === null || fresh.plan.micro_batches === before
  const planned = isSame ? fresh : yield* checkMemory(request, workload, prepared, before)
  const { micro_batches } = planned.plan
  if (checkpoint !== null && micro_batches !== before) {
    const message = `The run goes on with batches in ${micro_batches} pieces, and began with ${before}: the updates are the same but for rounding, and dropout draws other masks.`
    yield logged('warning', message)
  }
  return planned
}

/** Without training: the best checkpoint of the folder, else its newest one, else the model that the request names. */
async function* evaluated(
  request: RunRequest,
  workload: Workload,
  { dev, test }: Splits,
  signal: AbortSignal,
  { onStep }: TrainOptions,
): AsyncGenerator<RunEvent, Best> {
  const { task, output_dir } = request
  const { params, step, source } = yield* existingParams(request, workload, signal)
  yield logged('info', `The weights are those of ${source}.`)
  onStep(step)
  try {
    if (dev === null) return { params, step, metrics: {}, train_seconds: 0 }
    test?.expectAnswers(params, request.hyperparameters.predict_batch_size) // in one graph with those of dev
    const evaluated = yield* dev.evaluate(params, signal)
    const { metrics, examples } = evaluated
    const evaluation = { split: 'dev', step, metrics, examples, is_best: true } as const
    await writeEvalResults(output_dir, [evaluated.block(step, { best: null, block: '' })])
    await conclude(request, workload, step, 0)
    await evaluated.keep()
    const value = metrics[task.best_by]
    await writeBestTrial(output_dir, step, value === undefined ? null : { step, value })
    yield { type: 'evaluation', evaluation }
    return { params, step, metrics, train_seconds: 0 }
  } catch (error) {
    dispose(params)
    throw error
  }
}

/** Puts the conclusion behind the blocks of `eval_results.txt`, in place of an older one. */
async function conclude(
  { output_dir }: RunRequest,
  { conclusion }: Workload,
  best_step: number,
  best_index: number,
): Promise<void> {
  if (conclusion === undefined) return
  const blocks = await evalBlocks(output_dir)
  await writeEvalResults(output_dir, blocks, conclusion(best_step, blocks[best_index] ?? ''))
}

async function* existingParams(
  request: RunRequest,
  workload: Workload,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, { params: Params; step: number; source: string }> {
  const best = path.join(request.output_dir, BEST)
  if (existsSync(`${best}.index`)) return { ...(await readParams(workload, best)), source: best }
  const newest = await newestTrainingCheckpoint(request.output_dir)
  if (newest !== null) {
    const { checkpoint, tensors } = newest
    const params = paramsFrom(tensors, workload.params, checkpoint.prefix)
    return { params, step: checkpoint.step, source: checkpoint.prefix }
  }
  const { init_checkpoint } = request.model
  if (init_checkpoint !== null) {
    const { params, missing } = yield* startingParams(request, workload.params, signal)
    if (missing.length === 0) return { params, step: 0, source: init_checkpoint }
    dispose(params)
    const said = say('run-head-missing', { file: init_checkpoint, names: missing.join(', ') })
    throw new EngineFailure({ code: 'bad-checkpoint', file: init_checkpoint, ...said })
  }
  const folder = request.output_dir
  throw new EngineFailure({ code: 'bad-checkpoint', file: folder, ...say('run-untrained', { folder }) })
}

async function readParams(workload: Workload, prefix: string): Promise<{ params: Params; step: number }> {
  const tensors = await readBundle(prefix)
  const params = paramsFrom(tensors, workload.params, prefix)
  return { params, step: Number(tensors.get('global_step')?.data[0] ?? 0) }
}

async function resultOf({ task, output_dir }: RunRequest, { dev }: Splits, best: Best): Promise<RunResult> {
  return {
    best_step: best.step,
    metrics: best.metrics,
    best_by: task.best_by,
    majority: dev === null ? null : dev.majority,
    train_seconds: best.train_seconds,
    parameters: parameterCount(best.params),
    peak_memory_bytes: process.resourceUsage().maxRSS * 1024, // Node tells kilobytes
    files: (await readdir(output_dir)).filter((name) => !name.startsWith('.')).sort(),
  }
}
