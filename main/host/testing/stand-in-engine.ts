// A stand-in for the engine's process, for tests: the same messages and the same folder, and a behaviour that the environment names.
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { AlbertConfig } from '../../../engine/spec/albert-config.ts'
import type { EngineAnswer, EngineQuestion } from '../../../engine/spec/model-report.ts'
import type { RunPlan } from '../../../engine/spec/run-plan.ts'
import type { RunEvent, RunRequest } from '../../../engine/spec/run.ts'
import { openChannel } from '../engine/engine-channel.ts'
import { serveRun } from '../engine/serve-run.ts'
import { GO_ON, STAYS_AT } from './stay.ts'

/** The step at which it misbehaves. */
const FAULT_AT = 7
const behaviour = process.env['STAND_IN'] ?? 'finishes'
const step_ms = Number(process.env['STAND_IN_STEP_MS'] ?? 2)

serveRun(run, openChannel(), answer)

/** Trains nothing: the loss of a step is a function of the step alone, so that two runs can be compared. */
async function* run(request: RunRequest, { signal }: { signal: AbortSignal }): AsyncGenerator<RunEvent> {
  const { train_step, save_checkpoints_steps } = request.hyperparameters
  const checkpoint = path.join(request.output_dir, 'stand-in-checkpoint')
  const goOn = path.join(request.output_dir, GO_ON)
  yield phase('preparing', 0, null)
  if (behaviour === 'hangs while preparing') block()
  yield { type: 'split', split: 'train', examples: 10, truncated: 1, longest: 12 }
  let step = existsSync(checkpoint) ? Number(readFileSync(checkpoint, 'utf8')) : 0
  if (step > 0) yield { type: 'resumed', step }
  const save = (): RunEvent => {
    writeFileSync(checkpoint, String(step))
    if (behaviour === 'is killed after a save' && step === 10) process.kill(process.pid, 'SIGKILL')
    return { type: 'checkpoint', step, prefix: checkpoint }
  }
  yield phase('training', step, train_step)
  while (step < train_step) {
    step += 1
    yield { type: 'step', point: pointOf(step), train_step }
    if (behaviour !== 'floods') await wait(step_ms)
    else if (step % 100 === 0) await wait(0)
    if (step === FAULT_AT) yield* misbehave(step)
    while (behaviour === 'stays' && step === STAYS_AT && !signal.aborted && !existsSync(goOn)) await wait(5)
    if (behaviour === 'wears out' && step % FAULT_AT === 0) {
      yield phase('saving', 0, 1)
      yield save()
      yield { type: 'worn-out', step }
      return
    }
    if (signal.aborted) {
      if (signal.reason === 'pause') {
        yield phase('saving', 0, 1)
        yield save()
      }
      yield { type: 'cancelled', step }
      return
    }
    if (step % save_checkpoints_steps === 0 || step === train_step) {
      yield phase('saving', 0, 1)
      yield save()
      yield {
        type: 'evaluation',
        evaluation: { split: 'dev', step, metrics: { accuracy: 0.5 }, examples: 4, is_best: true },
      }
    }
  }
  yield phase('finishing', 0, null)
  yield {
    type: 'finished',
    result: {
      best_step: step,
      metrics: { accuracy: 0.5 },
      best_by: 'accuracy',
      majority: 0.5,
      train_seconds: 1,
      parameters: 10,
      peak_memory_bytes: 1,
      files: ['log.txt'],
    },
  }
}

/** Takes whatever files it is given for a model with a WordPiece vocabulary. */
async function answer(question: EngineQuestion): Promise<EngineAnswer> {
  if (question.ask === 'histogram')
    return { ask: question.ask, histogram: { least: 0, most: 1, mean: 0.5, stddev: 0.5, counts: [1, 1] } }
  if (question.ask === 'device')
    return { ask: question.ask, started: { tensorflow_version: '0.0.0', device: 'CPU', notice: null } }
  if (question.ask === 'speed') return { ask: question.ask, flops_per_second: 1e9 }
  if (question.ask === 'plan') return { ask: question.ask, plan: planOf(question) }
  const { ask, source, target } = question
  for (const name of readdirSync(source)) renameSync(path.join(source, name), path.join(target, name))
  writeFileSync(path.join(target, 'model.ckpt-best.index'), '')
  const albert_config = AlbertConfig.parse({ vocab_size: 100, hidden_size: 16, num_attention_heads: 2 })
  const files = { spm_model_file: null, vocab_file: 'vocab.txt', init_checkpoint: 'model.ckpt-best' }
  return {
    ask,
    report: {
      form: 'released',
      albert_config,
      albert_config_file: 'albert_config.json',
      ...files,
      vocabulary_pieces: 6,
      variables: [],
      probes: [],
      notes: [],
    },
  }
}

/** A plan in which each token takes a megabyte and a million multiplications. */
function planOf({ request, lengths, dev_examples }: Extract<EngineQuestion, { ask: 'plan' }>): RunPlan {
  const { train_batch_size, max_seq_length } = request.hyperparameters
  const tokens = train_batch_size * Math.max(...lengths.map((length) => Math.min(length, max_seq_length)))
  const allowed_bytes = request.runtime.memory_gb * 1e9 || 16e9
  const fits = tokens * 1e6 <= allowed_bytes
  return {
    memory_bytes: tokens * 1e6,
    allowed_bytes,
    memory_parts: { library: 0, weights: 0, training: tokens * 1e6, answering: 0 },
    fits,
    fitting: fits ? [] : [{ field: 'train_batch_size', value: 1 }],
    micro_batch_size: train_batch_size,
    micro_batches: 1,
    row_use: 'packed',
    shapes: [{ rows: train_batch_size, row_length: max_seq_length }],
    places_per_token: 1,
    compiled: request.runtime.jit !== 'off',
    precision: 'fp32',
    precision_reason: 'no-unit',
    update_flops: tokens * 1e6,
    evaluation_flops: dev_examples * 1e6,
  }
}

async function* misbehave(step: number): AsyncGenerator<RunEvent> {
  await wait(150) // what was said until now is sent: events travel in batches
  switch (behaviour) {
    case 'crashes':
      process.stderr.write('terminate called without an active exception\n')
      process.exit(3)
      break
    case 'is killed':
      process.kill(process.pid, 'SIGKILL')
      break
    case 'throws':
      throw new Error('a bug')
    case 'fails':
      yield { type: 'failed', step, error: { code: 'out-of-memory', message: 'There is no memory left.' } }
      break
    case 'hangs':
      block()
      break
    case 'says nonsense': {
      const nonsense: unknown = { type: 'evaluation', evaluation: { metrics: { accuracy: Number.NaN } } }
      yield nonsense as RunEvent
    }
  }
}

/** As native code does that never comes back: no message is read, no signal handler of JavaScript runs. */
function block(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

function phase(
  name: 'preparing' | 'training' | 'saving' | 'finishing',
  done: number,
  total: number | null,
): RunEvent {
  return { type: 'phase', phase: name, detail: '', done, total }
}

export function pointOf(step: number): Extract<RunEvent, { type: 'step' }>['point'] {
  return {
    step,
    loss: 1 / step,
    learning_rate: 1e-3,
    grad_norm: 1,
    examples_per_second: 100,
    at: Date.now(),
    loss_scale: step > 10 ? 2 ** 15 : null,
  }
}
