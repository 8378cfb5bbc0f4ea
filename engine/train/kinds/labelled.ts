// Classification and regression: texts or pairs of texts, each with a label or a number.
import { batchOf } from '../../data/batches.ts'
import { chosen } from '../../data/chosen.ts'
import type { Features } from '../../data/features.ts'
import type { LabelBatch, LabelHead } from '../../model/heads.ts'
import { backboneParams, type Params } from '../../model/params.ts'
import type { RunEvent, RunRequest } from '../../spec/run.ts'
import { answer, type Answers } from '../answers.ts'
import { toTensors } from '../batch-tensors.ts'
import { metricByGroup } from '../by-group.ts'
import { majorityShare, metricsOf } from '../evaluate.ts'
import { labelWithId } from '../first-examples.ts'
import { hashOfFeatures } from '../fingerprints.ts'
import type { Stretch } from '../over-batches.ts'
import { prepareSplit } from '../prepare.ts'
import { trainStepOf } from '../train-step.ts'
import { updateOn } from '../update-on.ts'
import type { Split, Workload } from '../workload.ts'
import { meanOfBatchMeans, metricBlock, writeSubmitResults, writeTestResults } from '../write-results.ts'

export function labelled(request: RunRequest, head: LabelHead): Workload {
  const { albert_config } = request.model
  return {
    params: [...backboneParams(albert_config), ...head.params(albert_config)],
    recipe: [],
    async *prepare(split, tokenizer, signal) {
      return splitOf(request, head, yield* prepareSplit(request, split, tokenizer, signal))
    },
  }
}

function splitOf(request: RunRequest, head: LabelHead, features: readonly Features[]): Split {
  const { task, model, hyperparameters, output_dir } = request
  const config = model.albert_config
  const labels = features.map(({ label_id }) => label_id)
  const lengths = features.map(({ tokens }) => tokens)
  const trainStep = trainStepOf<LabelBatch>({ head, config, hyperparameters })
  const outputs = task.labels?.length ?? 1
  const batch = (indexes: ArrayLike<number>): LabelBatch =>
    toTensors(batchOf(features, indexes, task.kind, hyperparameters))
  const ask = (params: Params, stretch: Stretch, signal: AbortSignal): AsyncGenerator<RunEvent, Answers> =>
    answer({ head, config, outputs, lengths, batch }, params, stretch, signal)
  return {
    examples: features.length,
    majority: task.labels === null ? null : majorityShare(labels),
    fingerprint: () => hashOfFeatures(features),
    shown: (index) => {
      const [one] = chosen(features, [index]) as [Features]
      const label = task.labels === null ? String(one.label_id) : labelWithId(task.labels, one.label_id)
      return { name: one.guid, rows: [one], target: `label: ${label}` }
    },
    update: updateOn(trainStep, batch),
    async *evaluate(params, signal) {
      const { eval_batch_size } = hyperparameters
      const answers = yield* ask(
        params,
        { phase: 'evaluating', detail: 'dev', batch_size: eval_batch_size },
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
        { phase: 'predicting', detail: 'test', batch_size: predict_batch_size },
        signal,
      )
      await writeTestResults(output_dir, answers)
      const guids = features.map(({ guid }) => guid)
      await writeSubmitResults(output_dir, guids, answers, task)
    },
  }
}
