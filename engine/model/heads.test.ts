// The heads' variables as the original declares them, and where their dropout sits.
import { beforeAll, expect, test } from 'vitest'
import { startNative } from '../backends/native.ts'
import { AlbertConfig } from '../spec/albert-config.ts'
import { oracleConfig } from '../testing/oracle-models.ts'
import { ORACLE_TASKS, type OracleTask } from '../testing/oracle-tasks.ts'
import type { Dropout } from './dropout.ts'
import { choiceHead, classificationHead, regressionHead } from './heads.ts'
import { spanBeamHead } from './span-beam-head.ts'
import { spanHead } from './span-head.ts'

beforeAll(async () => {
  await startNative({ backend: 'native', threads: 0 })
})

const config = AlbertConfig.parse({
  vocab_size: 9,
  hidden_size: 8,
  num_attention_heads: 2,
  initializer_range: 0.5,
})

test.each([
  ['classification', classificationHead(3), 0.02, { output_weights: [3, 8], output_bias: [3] }],
  ['regression', regressionHead(), 0.02, { output_weights: [1, 8], output_bias: [1] }],
  ['choice', choiceHead(4, 0.1), 0.02, { output_weights: [1, 8], output_bias: [1] }],
  ['span', spanHead, 0.02, { 'cls/squad/output_weights': [2, 8], 'cls/squad/output_bias': [2] }],
  [
    'span beam',
    spanBeamHead({ start_n_top: 5, end_n_top: 5, dropout_prob: 0.1 }),
    0.5,
    {
      'start_logits/dense/kernel': [8, 1],
      'start_logits/dense/bias': [1],
      'end_logits/dense_0/kernel': [16, 8],
      'end_logits/dense_0/bias': [8],
      'end_logits/LayerNorm/beta': [8],
      'end_logits/LayerNorm/gamma': [8],
      'end_logits/dense_1/kernel': [8, 1],
      'end_logits/dense_1/bias': [1],
      'answer_class/dense_0/kernel': [16, 8],
      'answer_class/dense_0/bias': [8],
      'answer_class/dense_1/kernel': [8, 1],
    },
  ],
] as const)('variables of the %s head, and the spread of their first values', (_, head, stddev, shapes) => {
  const specs = head.params(config)
  expect(Object.fromEntries(specs.map(({ name, shape }) => [name, shape]))).toEqual(shapes)
  const random = specs.flatMap(({ initial }) => ('stddev' in initial ? [initial.stddev] : []))
  expect(new Set(random)).toEqual(new Set([stddev]))
  expect(random.length).toBe(specs.filter(({ name }) => /kernel|weights/.test(name)).length)
})

test.each<[OracleTask, number[][]]>([
  ['classifier', [[32]]],
  ['regression', [[32]]],
  ['race', [[32]]],
  ['squad-v1', []],
  ['squad-v2', [[32]]],
  ['pretraining', []],
])('the %s head drops in its place alone, a tenth', async (name, places) => {
  const drawn: { rate: number; width: number[] }[] = []
  const recording: Dropout = (shape, rate) => {
    if (rate > 0) drawn.push({ rate, width: shape.slice(1) })
    return null
  }
  const model = 'one-group' // without dropout of its own
  const task = ORACLE_TASKS[name]
  task.train(model, 0, await task.params(model), oracleConfig(model), recording)
  expect(drawn).toEqual(places.map((width) => ({ rate: 0.1, width })))
})
