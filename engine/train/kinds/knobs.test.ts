// The knobs of a single kind: drawn by forms, with the original's defaults, and each of them read by a run.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { AlbertConfig } from '../../spec/albert-config.ts'
import { fieldsOf } from '../../spec/fields.ts'
import { HYPERPARAMETER_GROUPS } from '../../spec/hyperparameters.ts'
import {
  EpochSchedule,
  ExtractiveQaHyperparameters,
  MultipleChoiceHyperparameters,
  stepsOf,
} from '../../spec/kind-hyperparameters.ts'
import { RunRequest } from '../../spec/run.ts'
import { taskNamed } from '../../tasks/index.ts'
import { golden, GOLDENS } from '../../testing/tensor-dump.ts'
import { eventsOf, only } from '../../testing/tiny-run.ts'
import { run } from '../run.ts'

vi.setConfig({ testTimeout: 120_000 })

test('have the defaults of the original’s flags', () => {
  expect(ExtractiveQaHyperparameters.parse({})).toEqual({
    doc_stride: 128,
    max_query_length: 64,
    max_answer_length: 30,
    n_best_size: 20,
    start_n_top: 5,
    end_n_top: 5,
    dropout_prob: 0.1,
  })
  expect(MultipleChoiceHyperparameters.parse({})).toEqual({
    max_qa_length: 128,
    high_only: false,
    middle_only: false,
    dropout_prob: 0.1,
  })
  expect(EpochSchedule.parse({})).toEqual({ num_train_epochs: 3, warmup_proportion: 0.1 })
})

test('can be drawn by a form, in the groups that there are', () => {
  for (const schema of [ExtractiveQaHyperparameters, MultipleChoiceHyperparameters, EpochSchedule]) {
    for (const { name, group } of fieldsOf(schema)) expect(HYPERPARAMETER_GROUPS, name).toContain(group)
  }
})

test('epochs come to the steps that the paper names', () => {
  // Questions of the published files; batch 48.
  expect(stepsOf({ num_train_epochs: 2, warmup_proportion: 0.1 }, 87_599, 48).train_step).toBe(3649)
  expect(stepsOf({ num_train_epochs: 3, warmup_proportion: 0.1 }, 130_319, 48)).toEqual({
    train_step: 8144,
    warmup_step: 814,
  })
})

describe('each shows in a run when it is turned', () => {
  let folder = ''
  const File = z.object({ data: z.array(z.object({ paragraphs: z.array(z.unknown()) })) })
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'albert-knobs-'))
    const { data } = golden('squad/v2-train.json', File)
    const few = { data: [{ paragraphs: data.flatMap(({ paragraphs }) => paragraphs).slice(1, 3) }] }
    await writeFile(path.join(folder, 'squad.json'), JSON.stringify(few))
  })
  afterAll(async () => rm(folder, { recursive: true, force: true }))

  async function shown(name: string, source: string, output: string, knobs: object): Promise<string> {
    const task = taskNamed(name)
    const split = { file: source, header: false, columns: { text_a: 'question' } }
    const request = RunRequest.parse({
      runtime: { jit: 'off' }, // many short runs, which would do little else than compile
      task: { ...task, splits: { train: split, dev: split, test: split } },
      data_dir: folder,
      model: {
        albert_config: {
          ...golden('end-to-end/tiny/albert_config.json', AlbertConfig),
          initializer_range: 0.1,
        },
        spm_model_file: path.join(GOLDENS, 'end-to-end/tiny/30k-clean.model'),
        vocab_file: null,
        init_checkpoint: null,
      },
      hyperparameters: {
        max_seq_length: 40,
        train_step: 1,
        train_batch_size: 4,
        learning_rate: 1e-2,
        eval_batch_size: 64,
        predict_batch_size: 64,
      },
      output_dir: path.join(folder, output),
      do_train: true,
      do_eval: true,
      do_predict: true,
      ...knobs,
    })
    const events = await eventsOf(run(request, { signal: new AbortController().signal }))
    expect(only(events, 'failed')).toEqual([])
    const files = ['nbest_predictions.json', 'test_results.tsv']
    const written = files.map((file) => readFile(path.join(request.output_dir, file), 'utf8').catch(() => ''))
    const losses = only(events, 'step').map(({ point }) => point.loss)
    return JSON.stringify([losses, only(events, 'evaluation'), await Promise.all(written)])
  }

  test('of question answering', async () => {
    const base = { doc_stride: 12, max_query_length: 12, n_best_size: 8, max_answer_length: 20 }
    const turned = {
      doc_stride: 5,
      max_query_length: 4,
      max_answer_length: 1,
      n_best_size: 1,
      start_n_top: 1,
      end_n_top: 1,
      dropout_prob: 0.5,
    }
    expect(Object.keys(turned).sort()).toEqual(Object.keys(ExtractiveQaHyperparameters.shape).sort())
    const of = (output: string, knobs: object) =>
      shown('SQuAD-v2.0', 'squad.json', `qa-${output}`, { extractive_qa: { ...base, ...knobs } })
    const plain = await of('plain', {})
    expect(await of('again', {})).toBe(plain)
    for (const [knob, value] of Object.entries(turned)) {
      expect(await of(knob, { [knob]: value }), knob).not.toBe(plain)
    }
  })

  test('of multiple choice', async () => {
    const turned = { max_qa_length: 4, high_only: true, middle_only: true, dropout_prob: 0.5 }
    expect(Object.keys(turned).sort()).toEqual(Object.keys(MultipleChoiceHyperparameters.shape).sort())
    const of = (output: string, knobs: object) =>
      shown('RACE', path.join(GOLDENS, 'race/data/RACE/dev'), `choice-${output}`, {
        multiple_choice: { max_qa_length: 14, ...knobs },
      })
    const plain = await of('plain', {})
    expect(await of('again', {})).toBe(plain)
    for (const [knob, value] of Object.entries(turned)) {
      expect(await of(knob, { [knob]: value }), knob).not.toBe(plain)
    }
  })
})
