// Whole steps of every head, eager and compiled: the same numbers, with dropout and without, by both optimizers.
import { dispose, tensor1d, tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GraphVerbs } from '../backends/graph-verbs.ts'
import type { Head } from '../model/head.ts'
import type { ModelInputs } from '../model/albert.ts'
import { choiceHead, classificationHead, regressionHead, type LabelBatch } from '../model/heads.ts'
import { backboneParams, createParams } from '../model/params.ts'
import { spanBeamHead } from '../model/span-beam-head.ts'
import { spanHead, type SpanBatch } from '../model/span-head.ts'
import { AlbertConfig } from '../spec/albert-config.ts'
import { nativeVerbs } from '../testing/native-verbs.ts'
import { evalStepOf } from '../train/eval-step.ts'
import { disposeState, freshState, type TrainState } from '../train/state.ts'
import { trainStepOf, type TrainStep } from '../train/train-step.ts'
import { compilerOn, eager, type Compiler } from './jit.ts'
import { castsIntoRegions, narrowProducts } from './passes/narrow-products.ts'
import { smallRegions } from './passes/small-regions.ts'
import { rewrite, type Traced } from './traced.ts'

let verbs: GraphVerbs
let compiler: Compiler = eager
beforeAll(async () => {
  verbs = await nativeVerbs()
  compiler = compilerOn(verbs, { passes: [smallRegions] })
})
afterAll(() => compiler.close())

const ROWS = 4
const LENGTH = 8

const config = (dropout: number): AlbertConfig =>
  AlbertConfig.parse({
    vocab_size: 40,
    embedding_size: 8,
    hidden_size: 16,
    num_hidden_layers: 2,
    num_hidden_groups: 1,
    num_attention_heads: 2,
    intermediate_size: 24,
    inner_group_num: 1,
    hidden_act: 'gelu',
    hidden_dropout_prob: dropout,
    attention_probs_dropout_prob: dropout,
    max_position_embeddings: 16,
    type_vocab_size: 2,
    initializer_range: 0.2,
  })

/** Numbers that look like none, the same in every run. */
function numbers(count: number, below: number, salt: number): number[] {
  return Array.from({ length: count }, (_, at) => ((at + 1) * 7919 * (salt + 3) + salt * 104729) % below)
}

function inputs(salt: number): ModelInputs {
  const cells = ROWS * LENGTH
  return {
    input_ids: tensor2d(numbers(cells, 40, salt), [ROWS, LENGTH], 'int32'),
    input_mask: tensor2d(
      Array.from({ length: cells }, (_, at) => Number(at % LENGTH < 5 + (salt % 3))),
      [ROWS, LENGTH],
      'int32',
    ),
    segment_ids: tensor2d(numbers(cells, 2, salt), [ROWS, LENGTH], 'int32'),
  }
}

const labelled =
  (labels: number, rows = ROWS) =>
  (salt: number): LabelBatch => ({
    ...inputs(salt),
    label_ids: tensor1d(numbers(rows, labels, salt), 'int32'),
  })
const targets = (salt: number): LabelBatch => ({
  ...inputs(salt),
  label_ids: tensor1d(numbers(ROWS, 5, salt), 'float32'),
})
const spans = (salt: number): SpanBatch => ({
  ...inputs(salt),
  p_mask: tensor2d(
    Array.from({ length: ROWS * LENGTH }, (_, at) => Number(at % LENGTH > 5)),
    [ROWS, LENGTH],
    'int32',
  ),
  start_positions: tensor1d(numbers(ROWS, 5, salt), 'int32'),
  end_positions: tensor1d(numbers(ROWS, 5, salt + 1), 'int32'),
  is_impossible: tensor1d(numbers(ROWS, 2, salt), 'float32'),
})

type Case<Batch extends ModelInputs, Answers> = { head: Head<Batch, Answers>; batch(salt: number): Batch }
const CASES = {
  classifier: { head: classificationHead(3), batch: labelled(3) },
  regression: { head: regressionHead(), batch: targets },
  race: { head: choiceHead(2, 0.1), batch: labelled(2, ROWS / 2) },
  'squad-v1': { head: spanHead, batch: spans },
  'squad-v2': { head: spanBeamHead({ start_n_top: 2, end_n_top: 2, dropout_prob: 0.1 }), batch: spans },
} satisfies Record<string, Case<never, never> | Case<LabelBatch, unknown> | Case<SpanBatch, unknown>>

type Point = { loss: number; learning_rate: number; grad_norm: number }

/** What a run of a step leaves: its numbers after each step, and all weights and moments at the end. */
function trained<Batch extends ModelInputs>(
  step: TrainStep<Batch>,
  { head, batch }: Case<Batch, unknown>,
  steps: number,
  dropout: number,
): { points: Point[]; values: Map<string, Float32Array> } {
  const of = config(dropout)
  let state: TrainState = freshState(createParams([...backboneParams(of), ...head.params(of)], 7))
  const points: Point[] = []
  for (let at = 0; at < steps; at++) {
    const key = tensor1d([5, at], 'int32')
    const tensors = batch(at)
    const result = tidy(() => step(state, tensors, key))
    disposeState(state)
    const read = (tensor: Tensor): number => tensor.dataSync()[0] ?? NaN
    points.push({
      loss: read(result.loss),
      learning_rate: read(result.learning_rate),
      grad_norm: read(result.grad_norm),
    })
    dispose([tensors, key, result.loss, result.learning_rate, result.grad_norm])
    state = result.state
  }
  const values = new Map<string, Float32Array>()
  for (const part of ['params', 'adam_m', 'adam_v'] as const) {
    for (const [name, tensor] of Object.entries(state[part]))
      values.set(`${part}/${name}`, Float32Array.from(tensor.dataSync()))
  }
  expect(state.step.dataSync()[0]).toBe(steps)
  disposeState(state)
  return { points, values }
}

function stepOf<Batch extends ModelInputs>(
  head: Head<Batch, unknown>,
  optimizer: 'adamw' | 'lamb',
  dropout: number,
): TrainStep<Batch> {
  const hyperparameters = { optimizer, learning_rate: 1e-3, warmup_step: 3, train_step: 60 }
  return trainStepOf({ head, config: config(dropout), hyperparameters })
}

function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce(
    (most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? NaN)) / Math.max(1, Math.abs(value))),
    0,
  )
}

function expectAlike<Batch extends ModelInputs>(
  one: Case<Batch, unknown>,
  optimizer: 'adamw' | 'lamb',
  dropout: number,
  steps: number,
  by = compiler,
): void {
  const step = stepOf(one.head, optimizer, dropout)
  const plain = trained(step, one, steps, dropout)
  const compiled = trained(by.jit(step, { donate: true }), one, steps, dropout)
  plain.points.forEach((point, at) => {
    const found = compiled.points[at]
    expect(Math.abs(point.loss - (found?.loss ?? NaN)), `loss of step ${at}`).toBeLessThan(1e-5)
    expect(point.learning_rate).toBeCloseTo(found?.learning_rate ?? NaN, 9)
    expect(Math.abs(point.grad_norm / (found?.grad_norm ?? NaN) - 1), `norm of step ${at}`).toBeLessThan(1e-4)
  })
  for (const [name, values] of plain.values) {
    const bar = name === SHIFT ? 1e-4 : 1e-5
    expect(largest(values, compiled.values.get(name) ?? []), name).toBeLessThan(bar)
  }
}

/** It adds the same to every place that is compared: its gradient is 0 but for rounding, which Adam divides by its own size. */
const SHIFT = 'params/cls/squad/output_bias'

const NAMES = Object.keys(CASES) as (keyof typeof CASES)[]

describe.each(NAMES)('%s', (name) => {
  const one = CASES[name] as unknown as Case<ModelInputs, Record<string, Tensor>>

  test.each([
    ['adamw', 0],
    ['adamw', 0.1],
    ['lamb', 0.1],
  ] as const)('five updates by %s with dropout %d', (optimizer, dropout) => {
    expectAlike(one, optimizer, dropout, 5)
  })

  test('answers outside of training', () => {
    const of = config(0)
    const params = createParams([...backboneParams(of), ...one.head.params(of)], 7)
    const batch = one.batch(3)
    const evalStep = evalStepOf({ head: one.head, config: of })
    const plain = evalStep(params, batch)
    const step = compiler.jit(
      (state: { params: typeof params }, tensors: ModelInputs) => evalStep(state.params, tensors),
      {
        donate: false,
      },
    )
    const compiled = step({ params }, batch)
    for (const [part, tensor] of Object.entries(plain)) {
      const found = compiled[part]
      expect(found?.dtype).toBe(tensor.dtype)
      expect(found?.shape).toEqual(tensor.shape)
      expect(largest(tensor.dataSync(), found?.dataSync() ?? []), part).toBeLessThan(1e-5)
    }
    dispose([plain, compiled, params, batch])
  })
})

test('fifty compiled updates are the eager ones', () => {
  expectAlike(CASES.classifier as unknown as Case<ModelInputs, unknown>, 'adamw', 0.1, 50)
})

test('a compiled run repeats to the bit', () => {
  const one = CASES.classifier as unknown as Case<ModelInputs, unknown>
  const step = stepOf(one.head, 'adamw', 0.1)
  const first = trained(compiler.jit(step, { donate: true }), one, 6, 0.1)
  compiler.close()
  expect(trained(compiler.jit(step, { donate: true }), one, 6, 0.1)).toEqual(first)
})

/** Enough of them to have each kind of region as a function, and few enough to be compiled in seconds. */
const largeRegions = (traced: Traced): Traced => smallRegions(traced, ROWS * LENGTH * 16)

test('regions as functions that XLA compiles', () => {
  const fusing = compilerOn(verbs, { passes: [largeRegions] })
  expectAlike(CASES.classifier as unknown as Case<ModelInputs, unknown>, 'adamw', 0.1, 3, fusing)
  fusing.close()
})

test('in bfloat16 the loss falls as in fp32, and is not the same', () => {
  const one = CASES.classifier as unknown as Case<ModelInputs, unknown>
  const step = stepOf(one.head, 'adamw', 0)
  const rounding = compilerOn(verbs, { passes: [largeRegions, narrowProducts('bfloat16'), castsIntoRegions] })
  const exact = trained(compiler.jit(step, { donate: true }), one, 6, 0).points
  const rounded = trained(rounding.jit(step, { donate: true }), one, 6, 0).points
  rounding.close()
  exact.forEach(({ loss }, at) => expect(Math.abs(loss - (rounded[at]?.loss ?? NaN))).toBeLessThan(0.03))
  expect(rounded).not.toEqual(exact)
})

describe('a check', () => {
  const one = CASES.classifier as unknown as Case<ModelInputs, unknown>
  const check = { tolerance: 1e-4 }

  test('finds nothing where both ways agree', () => {
    const checking = compilerOn(verbs, { passes: [smallRegions], check })
    const step = checking.jit(stepOf(one.head, 'adamw', 0.1), { donate: true })
    expect(trained(step, one, 2, 0.1).points).toHaveLength(2)
    checking.close()
  })

  test('stops at the first op that differs, and names it', () => {
    const wrongTanh = (before: Traced): Traced =>
      rewrite(before, (op, inputs, emit) =>
        op.name === 'Tanh' ? emit({ ...op, name: 'Relu', inputs, forms: op.outputs }).outputs : null,
      )
    const checking = compilerOn(verbs, { passes: [smallRegions, wrongTanh], check })
    const step = checking.jit(stepOf(one.head, 'adamw', 0), { donate: true })
    expect(() => trained(step, one, 1, 0)).toThrow(/differs from the eager one first at op \d+, Tanh f32\[/)
    checking.close()
  })
})
