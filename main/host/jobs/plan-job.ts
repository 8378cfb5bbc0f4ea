// The frozen request of a run that may be started in, what it would take and do out: by the lengths of its first examples.
import { readSplit, readSplitParts } from '../../../engine/data/read-split.ts'
import { EngineFailure } from '../../../engine/spec/errors.ts'
import type { RunRequest } from '../../../engine/spec/run.ts'
import type { RunPlan } from '../../../engine/spec/run-plan.ts'
import { HostFailure } from '../../contract/errors.ts'
import type { JobPlan } from '../../contract/host.ts'
import { createEncoder } from '../datasets/encode.ts'
import type { Planner } from '../engine/planner.ts'
import type { Speed } from './machine-speed.ts'

export type PlanParts = {
  planner: Planner
  speedFor: (runtime: RunRequest['runtime'], plan: RunPlan) => Promise<Speed | null>
  closing: AbortSignal
}

/** The data of a run: what tells it apart from other data, and the rows of its dev split; null where they are to be counted. */
export type PlannedData = { source: string; dev_rows: number | null }

/** Examples whose lengths are looked at. */
const SAMPLED = 300

export function createJobPlanning({ planner, speedFor, closing }: PlanParts) {
  const encoder = createEncoder()
  closing.addEventListener('abort', () => {
    encoder.close()
    planner.close()
  })
  const known = new Map<string, Promise<number[]>>()

  /** Tokens of the first examples, not cut; empty where only their reading by the run will tell. */
  const lengthsOf = (request: RunRequest, source: string): Promise<number[]> => {
    const { spm_model_file, vocab_file } = request.model
    const { do_lower_case } = request.hyperparameters
    const key = JSON.stringify([source, spm_model_file, vocab_file, do_lower_case])
    const before = known.get(key)
    if (before !== undefined) return before
    const made = sampledLengths(request, closing, encoder)
    known.set(key, made)
    made.catch(() => known.delete(key))
    return made
  }

  /** @throws HostFailure where the run would end for the same reason */
  return async (request: RunRequest, { source, dev_rows }: PlannedData): Promise<JobPlan> => {
    const sampled = await lengthsOf(request, source).catch(orElse([]))
    const dev_examples = dev_rows ?? (await devRows(request, closing).catch(orElse(0)))
    const { max_seq_length } = request.hyperparameters
    const items = request.task.kind === 'multiple-choice' ? (request.task.labels?.length ?? 1) : 1
    const longest = Array.from({ length: SAMPLED * items }, () => max_seq_length)
    const lengths = sampled.length === 0 ? longest : sampled
    const plan = await planner.plan({ ask: 'plan', request, lengths, dev_examples }).catch(inHostWords)
    const speed = await speedFor(request.runtime, plan)
    return {
      plan,
      sampled: sampled.length,
      seconds: speed && secondsOf(request, plan, speed),
      speed_from: speed?.from ?? null,
    }
  }
}

async function sampledLengths(
  { task, model, data_dir, hyperparameters: { do_lower_case } }: RunRequest,
  signal: AbortSignal,
  encoder: ReturnType<typeof createEncoder>,
): Promise<number[]> {
  if (!isOfSentences(task)) return []
  const texts: { text_a: string; text_b: string | null }[] = []
  for await (const { text_a, text_b } of readSplit(task, 'train', data_dir, signal)) {
    texts.push({ text_a, text_b })
    if (texts.length >= SAMPLED) break
  }
  const encoded = await encoder.encode(model, { texts, max_seq_length: LONGEST, do_lower_case })
  return encoded.map(({ whole_length }) => whole_length)
}

const LONGEST = 512

async function devRows({ task, data_dir, do_eval }: RunRequest, signal: AbortSignal): Promise<number> {
  let rows = 0
  if (!do_eval || !isOfSentences(task)) return rows
  for await (const part of readSplitParts(task, 'dev', data_dir, signal)) rows += part.length
  return rows
}

/** A long text of a question is read in windows, or cut for the sake of the question: neither is told by its words. */
function isOfSentences({ kind }: RunRequest['task']): boolean {
  return kind === 'classification' || kind === 'regression'
}

/** What is wrong with the data is said where it is checked. */
function orElse<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof EngineFailure) return instead
    throw error
  }
}

function inHostWords(error: unknown): never {
  if (!(error instanceof EngineFailure)) throw error
  const { code, message, fault } = error.error
  throw new HostFailure({ code: 'not-allowed-now', status: code, message, fault }, { cause: error })
}

/**
 * What an update takes at least, however small its products are: a calibration knows of these alone, earlier runs of all. Two cores, a
 * model of a million weights, sentences: 11 to 12 ms an update, of which its products are 1 to 5 ms.
 */
const BESIDE_PRODUCTS_SECONDS = 0.01

function secondsOf(
  { hyperparameters: { train_step, save_checkpoints_steps } }: RunRequest,
  { update_flops, evaluation_flops }: RunPlan,
  { flops_per_second, from }: Speed,
): { training: number; evaluating: number } {
  const evaluations = 1 + Math.ceil(train_step / save_checkpoints_steps) // the first is before the first step
  const beside_products = from === 'calibration' ? BESIDE_PRODUCTS_SECONDS : 0
  return {
    training: train_step * (update_flops / flops_per_second + beside_products),
    evaluating: (evaluations * evaluation_flops) / flops_per_second,
  }
}
