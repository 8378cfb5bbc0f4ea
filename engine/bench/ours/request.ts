// A piece of work in, the RunRequest that does it out.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { useLibraryGradients } from '../../model/hand-gradient.ts'
import { AlbertConfig } from '../../spec/albert-config.ts'
import type { Hyperparameters } from '../../spec/hyperparameters.ts'
import { RunRequest } from '../../spec/run.ts'
import { Runtime } from '../../spec/runtime.ts'
import type { Work } from '../work.ts'

export type Asked = {
  /** The table of each split that is read. */
  files: { train?: string; dev?: string; test?: string }
  labels: readonly string[]
  pair?: boolean
  config?: `${'' | 'small_' | 'large_' | 'xxlarge_'}albert_config.json`
  init_checkpoint?: string
  hyperparameters: Partial<Hyperparameters>
}

/** @returns a request whose results go to a new folder in the work's */
export function requestOf(work: Work, asked: Asked): RunRequest {
  const { files, labels, pair = false, config = 'albert_config.json' } = asked
  const columns = { text_a: 'text', text_b: pair ? 'other' : null, label: 'label' }
  const split = (file: string | undefined) => (file === undefined ? null : { file, header: true, columns })
  return RunRequest.parse({
    ...common(work, asked, config),
    task: {
      name: 'bench',
      title: 'Bench',
      kind: 'classification',
      labels,
      splits: { train: split(files.train), dev: split(files.dev), test: split(files.test) },
      metrics: ['accuracy'],
      best_by: 'accuracy',
    },
  })
}

/** The name of a model's config in the work's folder. */
export function configOf({ size }: Work): NonNullable<Asked['config']> {
  return size === 'base' ? 'albert_config.json' : `${size}_albert_config.json`
}

export function squadRequestOf(work: Work, hyperparameters: Partial<Hyperparameters>): RunRequest {
  const columns = { text_a: 'question', text_b: 'context' }
  const asked: Asked = { files: { train: 'squad.json' }, labels: [], hyperparameters }
  return RunRequest.parse({
    ...common(work, asked, configOf(work)),
    task: {
      name: 'bench',
      title: 'Bench',
      kind: 'extractive-qa',
      labels: null,
      splits: { train: { file: 'squad.json', header: false, columns }, dev: null, test: null },
      metrics: ['exact_match', 'f1'],
      best_by: 'f1',
    },
  })
}

/** The vocabulary of the work's language. */
export function vocabularyIn({ folder, language }: Work) {
  return language === 'chinese'
    ? { spm_model_file: null, vocab_file: path.join(folder, 'vocab.txt') }
    : { spm_model_file: path.join(folder, '30k-clean.model'), vocab_file: null }
}

function common(work: Work, { files, init_checkpoint, hyperparameters }: Asked, config: string) {
  const { folder, batch_size, seq_length, dropout, seed } = work
  const albert_config = AlbertConfig.parse({
    ...(JSON.parse(readFileSync(path.join(folder, config), 'utf8')) as object),
    hidden_dropout_prob: dropout,
    attention_probs_dropout_prob: dropout,
  })
  return {
    data_dir: folder,
    model: {
      albert_config,
      ...vocabularyIn(work),
      init_checkpoint: init_checkpoint ?? null,
    },
    hyperparameters: {
      max_seq_length: seq_length,
      train_batch_size: batch_size,
      eval_batch_size: batch_size,
      predict_batch_size: batch_size,
      seed,
      save_checkpoints_steps: 10_000_000,
      keep_checkpoint_max: 1,
      ...hyperparameters,
    },
    runtime: runtimeOf(work),
    output_dir: path.join(folder, `output-${process.pid}`),
    do_train: files.train !== undefined,
    do_eval: files.dev !== undefined,
    do_predict: files.test !== undefined,
  }
}

/** @throws where the engine has no such setting: a figure under another name would be a wrong one */
function runtimeOf({ way, precision }: Work): Runtime {
  if (way === 'tfjs') {
    useLibraryGradients()
    return Runtime.parse({ jit: 'off', precision })
  }
  const wanted = { jit: way, precision }
  const runtime: Record<string, unknown> = Runtime.parse(wanted)
  const isPlain = way === 'off' && precision === 'fp32' // what the engine does without any setting
  if (!isPlain && (runtime['jit'] !== way || runtime['precision'] !== precision)) {
    throw new Error(`The engine's runtime has no jit "${way}" with precision "${precision}".`)
  }
  return runtime as Runtime
}
