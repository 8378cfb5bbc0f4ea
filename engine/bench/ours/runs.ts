// Predictions, a whole run and what a run learns, by the events that it tells of them.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { RunEvent } from '../../spec/run.ts'
import { LEARNING } from '../learning.ts'
import { LEARNING_LABELS } from '../learning-data.ts'
import { LABELS, SHORT_SENTENCES } from '../scratch.ts'
import type { Measured, Work } from '../work.ts'
import { cpuSeconds, peakMemory } from './process-figures.ts'
import { requestOf } from './request.ts'
import { watched } from './training.ts'

/** 32×128: tokens/s of each batch after the first; real sentences: sentences/s of all of them, compiling included. */
export async function measureInference(work: Work): Promise<Measured> {
  const isReal = work.what === 'sentences'
  const request = requestOf(work, {
    files: { test: isReal ? 'sentences.tsv' : 'long.tsv' },
    labels: LABELS,
    init_checkpoint: path.join(work.folder, 'model/model.ckpt-best'),
    hyperparameters: {},
  })
  const marks: { done: number; at: number; cpu: number }[] = []
  const enough = work.batch_size * (work.steps + 1)
  for await (const event of watched(request)) {
    // What is read is there; whatever is made ready from here on belongs to predicting.
    const done =
      event.type === 'split' ? 0 : event.type === 'phase' && event.phase === 'predicting' ? event.done : null
    if (done === null || done === marks.at(-1)?.done) continue
    marks.push({ done, at: performance.now(), cpu: cpuSeconds() })
    if (!isReal && done >= enough) break
  }
  const [start, afterFirst] = marks
  const last = marks.at(-1)
  if (start === undefined || afterFirst === undefined || last === undefined)
    throw new Error('Nothing was predicted.')
  const rate = (from: typeof start, to: typeof start): number =>
    ((to.done - from.done) * 1000) / (to.at - from.at)
  if (isReal) return measured([rate(start, last)], last.cpu - start.cpu)
  const rates = marks.slice(2).map((mark, index) => rate(marks[index + 1]!, mark) * work.seq_length)
  return measured(rates, last.cpu - afterFirst.cpu)
}

/**
 * Seconds from the start of this process to the end of the run. Always the whole epoch: a run chooses its shapes by how long it is, so
 * that some of its steps say little of all.
 */
export async function measureRun(work: Work): Promise<Measured> {
  const train_step = Math.ceil(SHORT_SENTENCES / work.batch_size)
  const request = requestOf(work, {
    files: { train: 'short-train.tsv', dev: 'short-dev.tsv' },
    labels: LABELS,
    init_checkpoint: path.join(work.folder, 'model/model.ckpt-best'),
    hyperparameters: { train_step, learning_rate: 2e-5, save_checkpoints_steps: train_step },
  })
  let isDone = false
  for await (const { type } of watched(request)) isDone ||= type === 'finished'
  if (!isDone) throw new Error('The run did not come to its end.')
  return measured([process.uptime()], cpuSeconds())
}

/** Accuracy in per cent at the last step, on the dev rows. */
export async function measureLearning(work: Work): Promise<Measured> {
  const recipe = LEARNING[work.data]
  const labels = LEARNING_LABELS[work.data]
  if (recipe === undefined || labels === undefined) throw new Error(`There are no data "${work.data}".`)
  const { seq_length, ...hyperparameters } = recipe
  const request = requestOf(
    { ...work, seq_length },
    {
      files: { train: `${work.data}-train.tsv`, dev: `${work.data}-dev.tsv` },
      labels,
      pair: readFileSync(path.join(work.folder, `${work.data}-dev.tsv`), 'utf8').startsWith('text\tother'),
      config: 'small_albert_config.json',
      hyperparameters: { ...hyperparameters, save_checkpoints_steps: recipe.train_step },
    },
  )
  let accuracy: number | undefined
  for await (const event of watched(request)) accuracy = accuracyOf(event) ?? accuracy
  if (accuracy === undefined) throw new Error('Nothing was evaluated.')
  return measured([accuracy * 100], cpuSeconds())
}

function accuracyOf(event: RunEvent): number | undefined {
  return event.type === 'evaluation' ? event.evaluation.metrics['accuracy'] : undefined
}

function measured(values: number[], cpu_seconds: number): Measured {
  return { values, cpu_seconds, peak_memory_bytes: peakMemory() }
}
