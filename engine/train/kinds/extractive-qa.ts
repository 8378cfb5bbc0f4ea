// Extractive question answering: the answer is a span of the context, or, where the task allows it, there is none.
import { dispose, tidy } from '@tensorflow/tfjs-core'
import { createHash } from 'node:crypto'
import path from 'node:path'
import { replaceFile } from '../../checkpoint/durable-file.ts'
import type { Planned } from '../../data/batch-plan.ts'
import { shapeCost } from '../../data/row-shapes.ts'
import { chosen } from '../../data/chosen.ts'
import { evaluationPlan } from '../../data/evaluation-plan.ts'
import type { Layout } from '../../data/pack-rows.ts'
import type { SquadFeatures } from '../../data/squad/squad-features.ts'
import type { Tree } from '../../jit/tree.ts'
import type { Head } from '../../model/head.ts'
import { backboneParams, type Params } from '../../model/params.ts'
import { spanBeamHead, type SpanBeams } from '../../model/span-beam-head.ts'
import { spanHead, type SpanBatch, type SpanLogits } from '../../model/span-head.ts'
import { EngineFailure } from '../../spec/errors.ts'
import { ExtractiveQaHyperparameters } from '../../spec/kind-hyperparameters.ts'
import type { RunEvent, RunRequest } from '../../spec/run.ts'
import { say } from '../../spec/sentences.ts'
import { vocabularyOf } from '../features/remembered.ts'
import { expectAnswers } from '../answers.ts'
import { imaginedIds, lossWeights } from '../batch-tensors.ts'
import { overBatches, type Stretch } from '../over-batches.ts'
import { logged } from '../progress.ts'
import type * as Decoding from '../squad/candidates.ts'
import { evalBlock, evalConclusion } from '../squad/eval-block.ts'
import { prepareSquad } from '../squad/prepare-squad.ts'
import { spanBatch } from '../squad/span-batch.ts'
import {
  filesV1,
  filesV2,
  scoredV1,
  scoredV2,
  type PredictionFiles,
  type Scored,
  type SquadSplit,
} from '../squad/squad-answers.ts'
import { plannedSplit } from '../planned-split.ts'
import { rowUse } from '../row-use.ts'
import { stepsOf, type Steps } from '../steps.ts'
import type { Split, Workload } from '../workload.ts'

type Knobs = RunRequest['hyperparameters'] & ExtractiveQaHyperparameters

/** The two ways to answer. `Answers` is what the head says of a batch, `Output` the same of one window, as plain numbers. */
type Version<Answers, Output> = {
  head: Head<SpanBatch, Answers>
  /** Whether positions behind the last piece take part in the numbers: then every window is padded to the full length. */
  seesPadding: boolean
  read(answers: Answers): Output[]
  score(split: SquadSplit, outputs: Output[], signal: AbortSignal): Promise<Scored>
  /** @param threshold what dev was answered best with, when it was measured */
  predict(
    split: SquadSplit,
    outputs: Output[],
    threshold: number | undefined,
    signal: AbortSignal,
  ): Promise<PredictionFiles>
}

/** @throws EngineFailure 'bad-config' where a question could fill the whole window */
export function extractiveQa(request: RunRequest): Workload {
  const knobs: Knobs = {
    ...request.hyperparameters,
    ...(request.extractive_qa ?? ExtractiveQaHyperparameters.parse({})),
  }
  const { max_seq_length, max_query_length } = knobs
  if (max_seq_length <= max_query_length + 3) {
    const said = say('run-question-fills', { max_seq_length, max_query_length, least: max_query_length + 3 })
    throw new EngineFailure({ code: 'bad-config', field: 'max_seq_length', ...said })
  }
  return request.task.unanswerable === true
    ? workload(request, knobs, version2(knobs))
    : workload(request, knobs, version1(knobs))
}

function workload<Answers extends Tree, Output extends object>(
  request: RunRequest,
  knobs: Knobs,
  version: Version<Answers, Output>,
): Workload {
  const { task, data_dir, model } = request
  const { max_seq_length, max_query_length, doc_stride, do_lower_case } = knobs
  const steps = stepsOf(
    { head: version.head, config: model.albert_config, hyperparameters: knobs },
    request.runtime,
  )
  return {
    params: [...backboneParams(model.albert_config), ...version.head.params(model.albert_config)],
    recipe: [knobs.dropout_prob],
    compile: steps.compile,
    close: steps.close,
    async *prepare(split, tokenizing, signal) {
      const file = path.resolve(data_dir, task.splits[split]?.file ?? '')
      const lengths = { max_seq_length, max_query_length, doc_stride, do_lower_case }
      const settings = { ...lengths, training: split === 'train' }
      const read = yield* prepareSquad(
        { source: file, split, files: vocabularyOf(request) },
        settings,
        tokenizing,
        request.cache_dir,
        signal,
      )
      return splitOf(request, knobs, version, steps, read)
    },
    imagine: (lengths) =>
      splitOf(request, knobs, version, steps, {
        examples: [],
        features: imaginedIds(lengths).map((ids) => ({
          unique_id: 0,
          example_index: 0,
          doc_span_index: 0,
          input_ids: ids,
          segment_ids: ids,
          p_mask: ids,
          context_start: 0,
          tok_start_to_orig_index: [],
          tok_end_to_orig_index: [],
          token_is_max_context: [],
          start_position: 0,
          end_position: 0,
          is_impossible: false,
        })),
      }),
    conclusion: evalConclusion,
  }
}

function splitOf<Answers extends Tree, Output extends object>(
  request: RunRequest,
  knobs: Knobs,
  version: Version<Answers, Output>,
  steps: Steps<SpanBatch, Answers>,
  split: SquadSplit,
): Split {
  const { output_dir } = request
  const { examples, features } = split
  const planned: Planned = {
    use: rowUse(request, version.seesPadding ? 'full-row' : 'own-row'),
    max_seq_length: knobs.max_seq_length,
    lengths: Int32Array.from(features, ({ input_ids }) => input_ids.length),
    items: 1,
    shape_cost: shapeCost(request.model.albert_config),
  }
  return {
    examples: features.length,
    ...plannedSplit(steps, planned, knobs, batch),
    majority: null,
    fingerprint: () => hashOfWindows(split),
    shown: (index) => {
      const [one] = chosen(features, [index]) as [SquadFeatures]
      const { start_position, end_position, is_impossible } = one
      const answer = is_impossible ? 'no answer here' : `answer: ${start_position} to ${end_position}`
      return { name: `window ${one.unique_id}`, rows: [one], target: answer }
    },
    async *evaluate(params, signal) {
      const outputs = yield* ask(
        params,
        { phase: 'evaluating', detail: 'dev', batches: evaluationPlan(planned, knobs.eval_batch_size) },
        signal,
      )
      const { scores, metrics, files } = await version.score(split, outputs, signal)
      return {
        metrics,
        examples: examples.length,
        block: (_step, before) => evalBlock(scores, before),
        keep: () => write(files),
      }
    },
    async *predict(params, { null_score_diff_threshold }, signal) {
      const outputs = yield* ask(
        params,
        { phase: 'predicting', detail: 'test', batches: evaluationPlan(planned, knobs.predict_batch_size) },
        signal,
      )
      await write(await version.predict(split, outputs, null_score_diff_threshold, signal))
      if (examples.every(({ answers }) => answers.length === 0)) return
      const { scores } = await version.score(split, outputs, signal)
      const told = Object.entries(scores).map(([name, value]) => `${name} ${value}`)
      yield logged('info', `The answers of the test file score: ${told.join(', ')}.`)
    },
  }

  function batch(indexes: ArrayLike<number>, layout: Layout, _answers?: number, whole?: number): SpanBatch {
    const tensors = spanBatch(chosen(features, indexes), layout)
    if (whole === undefined) return tensors
    return { ...tensors, loss_weights: lossWeights(indexes.length, layout.rows, whole) }
  }

  async function* ask(
    params: Params,
    stretch: Stretch,
    signal: AbortSignal,
  ): AsyncGenerator<RunEvent, Output[]> {
    const outputs = new Array<Output>(features.length)
    expectAnswers(steps.answer, params, stretch.batches, batch)
    yield* overBatches(stretch, steps.compile, signal, ({ indexes, layout }) => {
      const tensors = batch(indexes, layout)
      let read: Output[] = []
      tidy(() => void (read = version.read(steps.answer({ params }, tensors))))
      dispose(tensors)
      indexes.forEach((index, row) => {
        const output = read[row]
        if (output !== undefined) outputs[index] = output
      })
      return read.slice(0, indexes.length).filter(hasNaN).length
    })
    return outputs
  }

  async function write(files: PredictionFiles): Promise<void> {
    for (const [name, text] of Object.entries(files)) await replaceFile(path.join(output_dir, name), text)
  }
}

function hasNaN(output: object): boolean {
  return Object.values(output).some((value: unknown) =>
    value instanceof Float32Array ? value.some(Number.isNaN) : Number.isNaN(value),
  )
}

function version1(knobs: Knobs): Version<SpanLogits, Decoding.SpanLogits> {
  return {
    head: spanHead,
    seesPadding: true, // no position is masked: the softmax and the n best logits run over the padding too
    read({ start_logits, end_logits }) {
      const [starts, ends] = [start_logits, end_logits].map(rowsOf) as [Float32Array[], Float32Array[]]
      return starts.map((row, index) => ({
        start_logits: row,
        end_logits: ends[index] ?? new Float32Array(),
      }))
    },
    score: (split, outputs, signal) => scoredV1(split, outputs, knobs, signal),
    predict: (split, outputs, _threshold, signal) => filesV1(split, outputs, knobs, signal),
  }
}

function version2(knobs: Knobs): Version<SpanBeams, Decoding.SpanBeam> {
  return {
    head: spanBeamHead(knobs),
    seesPadding: false,
    read({ start_top_log_probs, start_top_index, end_top_log_probs, end_top_index, cls_logits }) {
      const [starts, start_at, ends, end_at] = [
        start_top_log_probs,
        start_top_index,
        end_top_log_probs,
        end_top_index,
      ].map(rowsOf) as [Float32Array[], Float32Array[], Float32Array[], Float32Array[]]
      const none = new Float32Array()
      return Array.from(cls_logits.dataSync(), (odds, row) => ({
        start_top_log_probs: starts[row] ?? none,
        start_top_index: start_at[row] ?? none,
        end_top_log_probs: ends[row] ?? none,
        end_top_index: end_at[row] ?? none,
        cls_logits: odds,
      }))
    },
    score: (split, outputs, signal) => scoredV2(split, outputs, knobs, signal),
    predict: (split, outputs, threshold = 0, signal) =>
      filesV2(split, outputs, { ...knobs, threshold }, signal),
  }
}

/** [B, n] → B rows of n numbers. */
function rowsOf(values: { shape: [number, number]; dataSync(): ArrayLike<number> }): Float32Array[] {
  const [rows, width] = values.shape
  const data = Float32Array.from(values.dataSync())
  return Array.from({ length: rows }, (_, row) => data.slice(row * width, (row + 1) * width))
}

/** What a step reads of the windows: ids, where answers can be, and where they are. */
function hashOfWindows({ features }: SquadSplit): string {
  const hash = createHash('sha256')
  for (const { input_ids, segment_ids, p_mask, start_position, end_position } of features) {
    hash.update(input_ids).update(segment_ids).update(p_mask)
    hash.update(Int32Array.of(start_position ?? -1, end_position ?? -1))
  }
  return hash.digest('hex')
}
