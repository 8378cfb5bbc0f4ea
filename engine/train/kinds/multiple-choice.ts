// Multiple choice: a text, a question and several answers, of which one is right.
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { replaceFile } from '../../checkpoint/durable-file.ts'
import type { Planned } from '../../data/batch-plan.ts'
import { shapeCost } from '../../data/row-shapes.ts'
import { chosen } from '../../data/chosen.ts'
import { evaluationPlan } from '../../data/evaluation-plan.ts'
import type { Layout } from '../../data/pack-rows.ts'
import { UNANSWERED, type ChoiceFeatures } from '../../data/race/race-features.ts'
import type { RaceLevel } from '../../data/race/read-race.ts'
import { tokenRows } from '../../data/token-rows.ts'
import { choiceHead, type LabelAnswers, type LabelBatch } from '../../model/heads.ts'
import { backboneParams, type Params } from '../../model/params.ts'
import { EngineFailure } from '../../spec/errors.ts'
import { MultipleChoiceHyperparameters } from '../../spec/kind-hyperparameters.ts'
import type { RunEvent, RunRequest } from '../../spec/run.ts'
import { say } from '../../spec/sentences.ts'
import { answer, type Answers } from '../answers.ts'
import { imaginedIds, inputTensors, labelTensor, lossWeights } from '../batch-tensors.ts'
import { metricByGroup } from '../by-group.ts'
import { vocabularyOf } from '../features/remembered.ts'
import { majorityShare, metricsOf } from '../evaluate.ts'
import { hashOfFeatures } from '../fingerprints.ts'
import type { Stretch } from '../over-batches.ts'
import { labelWithId } from '../first-examples.ts'
import { logged } from '../progress.ts'
import { prepareChoices } from '../race/prepare-choices.ts'
import { plannedSplit } from '../planned-split.ts'
import { rowUse } from '../row-use.ts'
import { stepsOf, type Steps } from '../steps.ts'
import type { Split, Workload } from '../workload.ts'
import {
  meanOfBatchMeans,
  metricBlock,
  metricLines,
  PREDICT_RESULTS,
  writeSubmitResults,
  writeTestResults,
} from '../write-results.ts'

/** @throws EngineFailure 'bad-config' where both levels are left out */
export function multipleChoice(request: RunRequest): Workload {
  const { task, data_dir, model, hyperparameters } = request
  const knobs = request.multiple_choice ?? MultipleChoiceHyperparameters.parse({})
  const { high_only, middle_only, max_qa_length, dropout_prob } = knobs
  if (high_only && middle_only) {
    throw new EngineFailure({ code: 'bad-config', field: 'high_only', ...say('run-no-level') })
  }
  const levels: RaceLevel[] = [
    ...(high_only ? [] : (['middle'] as const)),
    ...(middle_only ? [] : (['high'] as const)),
  ]
  const choices = task.labels?.length ?? 0
  const head = choiceHead(choices, dropout_prob)
  const steps = stepsOf({ head, config: model.albert_config, hyperparameters }, request.runtime)
  const { max_seq_length } = hyperparameters
  return {
    params: [...backboneParams(model.albert_config), ...head.params(model.albert_config)],
    recipe: [dropout_prob],
    compile: steps.compile,
    close: steps.close,
    async *prepare(split, tokenizing, signal) {
      if (split === 'train' && isRecipeOfVersion1(request)) {
        const { learning_rate } = hyperparameters
        const message = `learning_rate ${learning_rate} is of the recipe for version 1, and the model is one of version 2: its config drops nothing. The original saw such runs diverge; choose 1e-5.`
        yield logged('warning', message)
      }
      const source = path.resolve(data_dir, task.splits[split]?.file ?? '')
      const settings = { levels, choices, max_seq_length, max_qa_length }
      const questions = yield* prepareChoices(
        { source, split, files: vocabularyOf(request) },
        settings,
        tokenizing,
        request.cache_dir,
        signal,
      )
      return splitOf(request, steps, questions)
    },
    imagine: (lengths) => {
      const options = imaginedIds(lengths).map((ids) => ({ input_ids: ids, segment_ids: ids }))
      const questions = Array.from({ length: Math.floor(options.length / choices) }, (_, at) => {
        const own = options.slice(at * choices, (at + 1) * choices)
        return { example_id: '', level: levels[0] ?? 'high', choices: own, label_id: 0 }
      })
      return splitOf(request, steps, questions)
    },
  }
}

/** Of the recipe that the original’s README has for RACE and version 1; with it, version 2 diverges. */
const RATE_OF_VERSION_1 = 2e-5

/** The two versions differ in what their configs drop. */
function isRecipeOfVersion1({ model, hyperparameters }: RunRequest): boolean {
  const { hidden_dropout_prob, attention_probs_dropout_prob } = model.albert_config
  const isVersion2 = hidden_dropout_prob === 0 && attention_probs_dropout_prob === 0
  return isVersion2 && hyperparameters.learning_rate >= RATE_OF_VERSION_1
}

function splitOf(
  request: RunRequest,
  steps: Steps<LabelBatch, LabelAnswers>,
  questions: readonly ChoiceFeatures[],
): Split {
  const { task, hyperparameters, output_dir } = request
  const outputs = task.labels?.length ?? 0
  const labels = questions.map(({ label_id }) => label_id)
  const planned: Planned = {
    use: rowUse(request, 'packed'),
    max_seq_length: hyperparameters.max_seq_length,
    lengths: Int32Array.from(
      questions.flatMap(({ choices }) => choices),
      ({ input_ids }) => input_ids.length,
    ),
    items: outputs,
    shape_cost: shapeCost(request.model.albert_config),
  }
  const levels = questions.map(({ level }) => level)
  const byLevel = (answers: Answers) => metricByGroup(task.best_by, levels, { labels, ...answers })
  const ask = (params: Params, stretch: Stretch, signal: AbortSignal): AsyncGenerator<RunEvent, Answers> =>
    answer({ steps, outputs, examples: questions.length, batch }, params, stretch, signal)
  return {
    examples: questions.length,
    ...plannedSplit(steps, planned, hyperparameters, batch),
    majority: majorityShare(labels),
    fingerprint: () =>
      hashOfFeatures(
        questions.flatMap(({ choices, label_id }) => choices.map((one) => ({ ...one, label_id }))),
      ),
    shown: (index) => {
      const [{ example_id, choices, label_id }] = chosen(questions, [index]) as [ChoiceFeatures]
      return { name: example_id, rows: choices, target: `label: ${labelWithId(task.labels ?? [], label_id)}` }
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
      return {
        metrics: { ...metrics, ...byLevel(answers) },
        examples: questions.length,
        block: (step, { best }) => metricBlock({ metrics, step, loss, best }),
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
      const guids = questions.map(({ example_id }) => example_id)
      await writeSubmitResults(output_dir, guids, answers, task)
      const unanswered = labels.filter((label) => label === UNANSWERED).length
      if (unanswered > 0) {
        const message = `${unanswered} of ${labels.length} questions of test have no answer to compare with: they are answered, and ${PREDICT_RESULTS} is not written.`
        yield logged('info', message)
        await rm(path.join(output_dir, PREDICT_RESULTS), { force: true }) // of another file, from before
        return
      }
      const metrics = {
        ...(yield* metricsOf(task, labels, answers)),
        ...byLevel(answers),
      }
      await replaceFile(path.join(output_dir, PREDICT_RESULTS), metricLines(metrics))
    },
  }

  function batch(indexes: ArrayLike<number>, layout: Layout, answers: number, whole?: number): LabelBatch {
    const asked = chosen(questions, indexes)
    const rows = asked.flatMap(({ choices }) => choices)
    const ids = asked.map(({ label_id }) => Math.max(0, label_id)) // of no matter where only answers are asked for
    return {
      ...inputTensors(tokenRows(rows, layout, answers * outputs)),
      label_ids: labelTensor(ids, 'int32', answers),
      ...(whole !== undefined && { loss_weights: lossWeights(ids.length, answers, whole) }),
    }
  }
}
