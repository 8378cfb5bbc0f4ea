// Classification and regression: texts or pairs of texts, each with a label or a number.
import type { Planned } from '../../data/batch-plan.ts'
import { shapeCost } from '../../data/row-shapes.ts'
import { chosen } from '../../data/chosen.ts'
import { evaluationPlan } from '../../data/evaluation-plan.ts'
import type { Features } from '../../data/features.ts'
import type { Layout } from '../../data/pack-rows.ts'
import { tokenRows } from '../../data/token-rows.ts'
import type { LabelAnswers, LabelBatch, LabelHead } from '../../model/heads.ts'
import { backboneParams, type Params } from '../../model/params.ts'
import type { RunEvent, RunRequest } from '../../spec/run.ts'
import { answer, type Answers } from '../answers.ts'
import { imaginedIds, inputTensors, labelTensor, lossWeights } from '../batch-tensors.ts'
import { metricByGroup } from '../by-group.ts'
import { majorityShare, metricsOf } from '../evaluate.ts'
import { labelWithId } from '../first-examples.ts'
import { hashOfFeatures } from '../fingerprints.ts'
import type { Stretch } from '../over-batches.ts'
import { prepareSplit } from '../prepare.ts'
import { plannedSplit } from '../planned-split.ts'
import { rowUse } from '../row-use.ts'
import { stepsOf, type Steps } from '../steps.ts'
import type { Split, Workload } from '../workload.ts'
import { meanOfBatchMeans, metricBlock, writeSubmitResults, writeTestResults } from '../write-results.ts'

export function labelled(request: RunRequest, head: LabelHead): Workload {
  const { model, hyperparameters, runtime } = request
  const { albert_config } = model
  const steps = stepsOf({ head, config: albert_config, hyperparameters }, runtime)
  return {
    params: [...backboneParams(albert_config), ...head.params(albert_config)],
    recipe: [],
    compile: steps.compile,
    close: steps.close,
    async *prepare(split, tokenizing, signal) {
      return splitOf(request, steps, yield* prepareSplit(request, split, tokenizing, signal))
    },
    imagine: (lengths) =>
      splitOf(
        request,
        steps,
        imaginedIds(lengths).map((input_ids) => ({
          guid: '',
          input_ids,
          input_mask: input_ids,
          segment_ids: input_ids,
          label_id: 0,
          tokens: input_ids.length,
          truncated: false,
        })),
      ),
  }
}

function splitOf(
  request: RunRequest,
  steps: Steps<LabelBatch, LabelAnswers>,
  features: readonly Features[],
): Split {
  const { task, hyperparameters, output_dir } = request
  const labels = features.map(({ label_id }) => label_id)
  const planned: Planned = {
    use: rowUse(request, 'packed'),
    max_seq_length: hyperparameters.max_seq_length,
    lengths: Int32Array.from(features, ({ tokens }) => tokens),
    items: 1,
    shape_cost: shapeCost(request.model.albert_config),
  }
  const outputs = task.labels?.length ?? 1
  const batch = (indexes: ArrayLike<number>, layout: Layout, answers: number, whole?: number): LabelBatch => {
    const rows = chosen(features, indexes)
    const ids = rows.map(({ label_id }) => label_id)
    return {
      ...inputTensors(tokenRows(rows, layout, answers)),
      label_ids: labelTensor(ids, task.kind === 'regression' ? 'float32' : 'int32', answers),
      ...(whole !== undefined && { loss_weights: lossWeights(ids.length, answers, whole) }),
    }
  }
  const ask = (params: Params, stretch: Stretch, signal: AbortSignal): AsyncGenerator<RunEvent, Answers> =>
    answer({ steps, outputs, examples: features.length, batch }, params, stretch, signal)
  return {
    examples: features.length,
    ...plannedSplit(steps, planned, hyperparameters, batch),
    majority: task.labels === null ? null : majorityShare(labels),
    fingerprint: () => hashOfFeatures(features),
    shown: (index) => {
      const [one] = chosen(features, [index]) as [Features]
      const label = task.labels === null ? String(one.label_id) : labelWithId(task.labels, one.label_id)
      return { name: one.guid, rows: [one], target: `label: ${label}` }
    },
    async *evaluate(params, signal) {
      const { eval_batch_size } = hyperparameters
      const answers = yield* ask(
        params,
        { phase: 'evaluating', detail: 'dev', batches: evaluationPlan(planned, eval_batch_size) },
        signal,
      )
      const metrics = yield* metricsOf(task, labels, answers)
      const loss = meanOfBatchMeans(answers.per_example_loss, eval_batch_size)
      // The original writes what it predicted where that is a number.
      const arrays =
        task.labels === null ? { pred: answers.predictions, label_ids: Float32Array.from(labels) } : {}
      const groups = features.map(({ group }) => group)
      return {
        metrics: { ...metrics, ...metricByGroup(task.best_by, groups, { labels, ...answers }) },
        examples: features.length,
        block: (step, { best }) => metricBlock({ metrics, step, loss, best, arrays }),
        keep: () => Promise.resolve(),
      }
    },
    async *predict(params, _metrics, signal) {
      const { predict_batch_size } = hyperparameters
      const answers = yield* ask(
        params,
        { phase: 'predicting', detail: 'test', batches: evaluationPlan(planned, predict_batch_size) },
        signal,
      )
      await writeTestResults(output_dir, answers)
      const guids = features.map(({ guid }) => guid)
      await writeSubmitResults(output_dir, guids, answers, task)
    },
  }
}
