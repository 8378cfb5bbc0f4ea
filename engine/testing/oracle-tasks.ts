// The tasks that the original was run for on each model: the head that we have for it, its batches, and what its answers are called there.
import { reshape, tensor1d, tensor2d, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'
import { z } from 'zod'
import type { ModelInputs } from '../model/albert.ts'
import type { Dropout } from '../model/dropout.ts'
import type { Head } from '../model/head.ts'
import { choiceHead, classificationHead, regressionHead, type LabelBatch } from '../model/heads.ts'
import type { Params } from '../model/params.ts'
import { pretrainingHead, type PretrainingBatch } from '../model/pretraining-head.ts'
import { spanBeamHead } from '../model/span-beam-head.ts'
import { spanHead, type SpanBatch } from '../model/span-head.ts'
import type { AlbertConfig } from '../spec/albert-config.ts'
import { evalStepOf } from '../train/eval-step.ts'
import { lossAndGradients } from '../train/gradients.ts'
import { inputTensorsOf, OracleInputs, oracleParams, type OracleModel } from './oracle-models.ts'
import { golden } from './tensor-dump.ts'

type OracleTaskParts = {
  /** Names of the head's variables, in order. */
  head: (config: AlbertConfig) => string[]
  params(model: OracleModel): Promise<Params>
  /** Loss and gradients on one of the five batches. */
  train(
    model: OracleModel,
    batch: number,
    params: Params,
    config: AlbertConfig,
    dropout: Dropout,
  ): ReturnType<typeof lossAndGradients>
  /** One of the five batches, and loss and gradients on it: for a step that is given its batch. */
  batch(model: OracleModel, index: number): ModelInputs
  trainOn(
    batch: ModelInputs,
    params: Params,
    config: AlbertConfig,
    dropout: Dropout,
  ): ReturnType<typeof lossAndGradients>
  /** Answers on the first batch, by their names in the `forward` dump. */
  answers(model: OracleModel, params: Params, config: AlbertConfig): Record<string, Tensor>
}

const CHOICES = 4

export const ORACLE_TASKS = {
  classifier: parts('classifier', classificationHead(3), (file) => labels(file, 'int32'), labelAnswers),
  regression: parts('regression', regressionHead(), (file) => labels(file, 'float32'), labelAnswers),
  race: parts('race', choiceHead(CHOICES, 0.1), choices, labelAnswers),
  'squad-v1': parts('squad-v1', spanHead, spans, ({ start_logits, end_logits }) => ({
    'infer/start_log_prob': start_logits,
    'infer/end_log_prob': end_logits,
  })),
  'squad-v2': parts(
    'squad-v2',
    spanBeamHead({ start_n_top: 3, end_n_top: 2, dropout_prob: 0.1 }),
    spans,
    (answers) => ({
      ...Object.fromEntries(Object.entries(answers).map(([name, value]) => [`infer/${name}`, value])),
      'train/cls_logits': answers.cls_logits,
    }),
  ),
  pretraining: parts('pretraining', pretrainingHead, masked, (answers) =>
    Object.fromEntries(Object.entries(answers).map(([name, value]) => [`eval/${name}`, value])),
  ),
} satisfies Record<string, OracleTaskParts>
export type OracleTask = keyof typeof ORACLE_TASKS

/** The classifier's inputs of the folder with given dropout masks. */
export function oracleDropoutBatch(model: OracleModel): LabelBatch {
  return labels(
    z
      .union([z.tuple([z.unknown()]).transform(([first]) => first), z.unknown()])
      .parse(golden(`model/${model}/dropout/batch.json`, z.unknown())),
    'int32',
  )
}

function parts<Batch extends ModelInputs, Answers>(
  task: string,
  head: Head<Batch, Answers>,
  batchOf: (file: unknown) => Batch,
  named: (answers: Answers) => Record<string, Tensor>,
): OracleTaskParts {
  const batches = (model: OracleModel): Batch[] =>
    golden(`model/${model}/${task}/batches.json`, z.array(z.unknown())).map(batchOf)
  const batchAt = (model: OracleModel, index: number): Batch => {
    const found = batches(model)[index]
    if (found === undefined) throw new Error(`There is no batch ${index} of ${task}.`)
    return found
  }
  return {
    head: (config) => head.params(config).map(({ name }) => name),
    params: (model) =>
      task === 'pretraining' ? oracleParams(model, undefined, { cls: true }) : oracleParams(model, task),
    train: (model, batch, params, config, dropout) =>
      lossAndGradients(params, batchAt(model, batch), { config, head, dropout }),
    batch: batchAt,
    trainOn: (batch, params, config, dropout) =>
      lossAndGradients(params, batch as Batch, { config, head, dropout }),
    answers: (model, params, config) => named(evalStepOf({ head, config })(params, batchAt(model, 0))),
  }
}

function labelAnswers({
  logits,
  per_example_loss,
  probabilities,
  predictions,
}: ReturnType<ReturnType<typeof classificationHead>['answers']>): Record<string, Tensor> {
  return {
    'eval/logits': logits,
    'eval/per_example_loss': per_example_loss,
    'infer/probabilities': probabilities,
    'infer/predictions': predictions,
  }
}

const numbers = z.array(z.number())

function labels(file: unknown, dtype: 'int32' | 'float32'): LabelBatch {
  const { label_ids, ...inputs } = OracleInputs.extend({ label_ids: numbers }).parse(file)
  return { ...inputTensorsOf(inputs), label_ids: tensor1d(label_ids, dtype) }
}

/** The original puts the choices of a question into one long row. */
function choices(file: unknown): LabelBatch {
  const { input_ids, input_mask, segment_ids, label_ids } = labels(file, 'int32')
  const apart = (rows: Tensor2D): Tensor2D =>
    reshape(rows, [rows.shape[0] * CHOICES, rows.shape[1] / CHOICES])
  return {
    input_ids: apart(input_ids),
    input_mask: apart(input_mask),
    segment_ids: apart(segment_ids),
    label_ids,
  }
}

function spans(file: unknown): SpanBatch {
  const batch = OracleInputs.extend({
    p_mask: z.array(numbers),
    start_positions: numbers,
    end_positions: numbers,
    is_impossible: numbers,
  }).parse(file)
  return {
    ...inputTensorsOf(batch),
    p_mask: tensor2d(batch.p_mask, undefined, 'int32'),
    start_positions: tensor1d(batch.start_positions, 'int32'),
    end_positions: tensor1d(batch.end_positions, 'int32'),
    is_impossible: tensor1d(batch.is_impossible, 'float32'),
  }
}

function masked(file: unknown): PretrainingBatch {
  const batch = OracleInputs.extend({
    masked_lm_positions: z.array(numbers),
    masked_lm_ids: z.array(numbers),
    masked_lm_weights: z.array(numbers),
    next_sentence_labels: z.array(z.union([z.number(), numbers])),
  }).parse(file)
  return {
    ...inputTensorsOf(batch),
    masked_lm_positions: tensor2d(batch.masked_lm_positions, undefined, 'int32'),
    masked_lm_ids: tensor2d(batch.masked_lm_ids, undefined, 'int32'),
    masked_lm_weights: tensor2d(batch.masked_lm_weights, undefined, 'float32'),
    next_sentence_labels: tensor1d(batch.next_sentence_labels.flat(), 'int32'),
  }
}
