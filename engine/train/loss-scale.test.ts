// Training in fp16: what is in half, what a scale that is too large changes, how it grows, and that small gradients survive.
import { dispose, mul, scalar, tensor1d, tensor2d, tidy, type Scalar } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { GraphVerbs } from '../backends/graph-verbs.ts'
import { compilerOn, eager, type Compiler } from '../jit/jit.ts'
import { PRODUCTS } from '../jit/ops.ts'
import { smallRegions } from '../jit/passes/small-regions.ts'
import type { Traced } from '../jit/traced.ts'
import { classificationHead, type LabelBatch } from '../model/heads.ts'
import { pretrainingHead, type PretrainingBatch } from '../model/pretraining-head.ts'
import { backboneParams, createParams } from '../model/params.ts'
import {
  GROWTH_STEPS,
  LEAST_SCALE,
  lossScaleNumbers,
  lossScaleOf,
  MOST_SCALE,
  type LossScaleNumbers,
} from '../optim/loss-scale.ts'
import { AlbertConfig } from '../spec/albert-config.ts'
import { nativeVerbs } from '../testing/native-verbs.ts'
import { accumulateStepOf, applyStepOf, type Sums } from './accumulate-step.ts'
import { narrowingPasses } from './narrowing.ts'
import { disposeState, freshState, type TrainState } from './state.ts'
import { trainStepOf, type StepResult } from './train-step.ts'

let verbs: GraphVerbs
beforeAll(async () => {
  verbs = await nativeVerbs()
})

const ROWS = 4
const LENGTH = 16

const config = AlbertConfig.parse({
  vocab_size: 40,
  embedding_size: 16,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 48,
  hidden_dropout_prob: 0,
  attention_probs_dropout_prob: 0,
  max_position_embeddings: 16,
  initializer_range: 0.2,
})
const head = classificationHead(3)
const hyperparameters = { optimizer: 'adamw', learning_rate: 1e-3, warmup_step: 0, train_step: 1000 } as const
const specs = [...backboneParams(config), ...head.params(config)]

function batchOf(rows: number, first = 0): LabelBatch {
  const cells = (below: number, salt: number) =>
    tensor2d(
      Array.from({ length: rows * LENGTH }, (_, at) => ((at + first * LENGTH + 1) * 7919 * salt) % below),
      [rows, LENGTH],
      'int32',
    )
  return {
    input_ids: cells(40, 3),
    input_mask: tensor2d(new Int32Array(rows * LENGTH).fill(1), [rows, LENGTH], 'int32'),
    segment_ids: cells(2, 5),
    label_ids: tensor1d(
      Array.from({ length: rows }, (_, at) => (at + first) % 3),
      'int32',
    ),
  }
}

function stateWith(numbers?: LossScaleNumbers): TrainState {
  const state = freshState(createParams(specs, 7))
  return numbers === undefined ? state : { ...state, loss_scale: lossScaleOf(numbers) }
}

const inHalf = (): Compiler => compilerOn(verbs, { passes: [smallRegions, ...narrowingPasses('fp16')] })

/** What a step leaves, read: its numbers, the weights and the moments. */
function read({ state, loss, grad_norm, loss_scale }: StepResult) {
  const values = (['params', 'adam_m', 'adam_v'] as const).flatMap((part) =>
    Object.entries(state[part]).map(([name, tensor]): [string, Float32Array] => [
      `${part}/${name}`,
      Float32Array.from(tensor.dataSync()),
    ]),
  )
  return {
    step: state.step.dataSync()[0],
    loss: loss.dataSync()[0] ?? NaN,
    grad_norm: grad_norm.dataSync()[0] ?? NaN,
    loss_scale: loss_scale === undefined ? null : lossScaleNumbers(loss_scale),
    values: new Map(values),
  }
}
type Read = ReturnType<typeof read>

function largestDifference(one: Read, other: Read): number {
  let largest = 0
  for (const [name, values] of one.values) {
    const others = other.values.get(name)
    values.forEach((value, at) => (largest = Math.max(largest, Math.abs(value - (others?.[at] ?? NaN)))))
  }
  return largest
}

/** Steps from `state`, each on the same batch with the same key. */
function steps(
  compiler: Compiler,
  state: TrainState,
  count: number,
  loss: typeof head.loss = head.loss,
): Read[] {
  const step = compiler.jit(trainStepOf({ head: { loss }, config, hyperparameters }), { donate: true })
  const batch = batchOf(ROWS)
  const key = tensor1d([5, 0], 'int32')
  const all: Read[] = []
  for (let at = 0; at < count; at++) {
    const result = tidy(() => step(state, batch, key))
    state = result.state
    all.push(read(result))
  }
  dispose([batch, key])
  compiler.close()
  return all
}

function first(all: Read[]): Read {
  const [one] = all
  if (one === undefined) throw new Error('There was no step.')
  return one
}

const CALM: LossScaleNumbers = { scale: 1024, good_steps: 0 }

describe('a step as a graph', () => {
  const tracedStep = (precision: 'fp32' | 'bf16' | 'fp16', state: TrainState): Traced => {
    const seen: Traced[] = []
    const look = (traced: Traced): Traced => {
      seen.push(traced)
      return traced
    }
    const compiler = compilerOn(verbs, { passes: [smallRegions, ...narrowingPasses(precision), look] })
    const [batch, key] = [batchOf(ROWS), tensor1d([5, 0], 'int32')]
    compiler.jit(trainStepOf({ head, config, hyperparameters }), { donate: true }).demand(state, batch, key)
    dispose([batch, key])
    disposeState(state)
    const [traced] = seen
    if (traced === undefined) throw new Error('No pass was run.')
    return traced
  }
  const named = ({ ops }: Traced, names: ReadonlySet<string>) => ops.filter(({ name }) => names.has(name))
  const isNarrow = (op: Traced['ops'][number]) => op.outputs.some(({ dtype }) => dtype === 'half')

  test('the products of fp16 are those of bf16, in half, and nothing else is computed so', () => {
    const [half, bfloat16] = [tracedStep('fp16', stateWith(CALM)), tracedStep('bf16', stateWith())]
    const dtypes = (traced: Traced) => named(traced, PRODUCTS).map(({ outputs: [y] }) => [y?.shape, y?.dtype])
    expect(dtypes(half)).toEqual(
      dtypes(bfloat16).map(([shape, dtype]) => [shape, dtype === 'bfloat16' ? 'half' : dtype]),
    )
    const products = named(half, PRODUCTS)
    expect(products.filter(isNarrow).length).toBeGreaterThan(30)
    expect(products.filter((op) => !isNarrow(op)).length).toBeGreaterThan(0) // the logits of the head
    const others = half.ops.filter((op) => isNarrow(op) && !PRODUCTS.has(op.name)).map(({ name }) => name)
    const moves = ['Cast', 'ConcatV2', 'Reshape', 'Slice', 'Transpose'] // no arithmetic
    expect([...new Set(others)].sort()).toEqual(moves)
  })

  test('without a loss scale it has no op of one', () => {
    const [plain, scaled] = [tracedStep('fp32', stateWith()), tracedStep('fp32', stateWith(CALM))]
    const count = ({ ops }: Traced, name: string) => ops.filter((op) => op.name === name).length
    expect(count(plain, 'IsFinite')).toBe(1) // the clipping norm's
    expect(count(plain, 'Select') + count(plain, 'SelectV2')).toBe(1)
    expect(count(scaled, 'IsFinite')).toBe(2)
    expect(plain.ops.some(({ outputs }) => outputs.some(({ dtype }) => dtype === 'half'))).toBe(false)
  })
})

test('an update in fp16 is near that of fp32, and is not the same', () => {
  const exact = first(steps(eager, stateWith(), 1))
  const rounded = first(steps(inHalf(), stateWith(CALM), 1))
  expect(Math.abs(rounded.loss - exact.loss)).toBeLessThan(0.002)
  expect(Math.abs(rounded.grad_norm / exact.grad_norm - 1)).toBeLessThan(0.005)
  for (const part of ['adam_m', 'adam_v']) {
    for (const [name, values] of exact.values) {
      if (!name.startsWith(part)) continue
      const largest = Math.max(...values.map(Math.abs))
      const others = rounded.values.get(name)
      const error = Math.max(...values.map((value, at) => Math.abs(value - (others?.[at] ?? NaN))))
      expect(error, name).toBeLessThan(0.02 * largest + 1e-6)
    }
  }
  expect(rounded.values).not.toEqual(exact.values)
  expect(rounded.loss_scale).toEqual({ scale: 1024, good_steps: 1 })
})

test('pretraining has the product with all words in half, and an update near that of fp32', () => {
  const masked: PretrainingBatch = {
    ...batchOf(ROWS),
    masked_lm_positions: tensor2d(
      Array.from({ length: 16 }, (_, at) => (at * 5) % LENGTH),
      [ROWS, 4],
      'int32',
    ),
    masked_lm_ids: tensor2d(
      Array.from({ length: 16 }, (_, at) => (at * 7) % 40),
      [ROWS, 4],
      'int32',
    ),
    masked_lm_weights: tensor2d(new Float32Array(16).fill(1), [ROWS, 4]),
    next_sentence_labels: tensor1d([0, 1, 1, 0], 'int32'),
  }
  const own = [...backboneParams(config), ...pretrainingHead.params(config)]
  const shapes: string[] = []
  const look = (traced: Traced): Traced => {
    for (const {
      outputs: [y],
    } of traced.ops)
      if (y?.dtype === 'half') shapes.push(y.shape.join())
    return traced
  }
  const compiler = compilerOn(verbs, { passes: [smallRegions, ...narrowingPasses('fp16'), look] })
  const step = trainStepOf({ head: pretrainingHead, config, hyperparameters })
  const key = tensor1d([5, 0], 'int32')
  const state = () => freshState(createParams(own, 7))
  const exact = read(tidy(() => step(state(), masked, key)))
  const jitted = compiler.jit(step, { donate: true })
  const scaled = { ...state(), loss_scale: lossScaleOf(CALM) }
  const rounded = read(tidy(() => jitted(scaled, masked, key)))
  compiler.close()
  expect(shapes).toContain('16,40') // [B·P, V]
  expect(Math.abs(rounded.loss - exact.loss)).toBeLessThan(0.005)
  expect(Math.abs(rounded.grad_norm / exact.grad_norm - 1)).toBeLessThan(0.01)
  expect(rounded.step).toBe(1)
})

test('in fp16 the loss falls as in fp32', () => {
  const losses = (all: Read[]) => all.map(({ loss }) => loss)
  const exact = losses(steps(eager, stateWith(), 12))
  const rounded = losses(steps(inHalf(), stateWith(CALM), 12))
  rounded.forEach((loss, at) => expect(Math.abs(loss - (exact[at] ?? NaN)), `step ${at}`).toBeLessThan(0.01))
  expect(rounded.at(-1)).toBeLessThan((rounded[0] ?? NaN) / 2)
})

test('where the scale is too large no bit changes but the scale, which is halved until the update is made', () => {
  const before = read({ state: stateWith(), loss: scalar(0), grad_norm: scalar(0), learning_rate: scalar(0) })
  const all = steps(inHalf(), stateWith({ scale: 2 ** 22, good_steps: 7 }), 16)
  const made = all.findIndex(({ grad_norm }) => Number.isFinite(grad_norm))
  expect(made).toBeGreaterThan(0)
  all.slice(0, made).forEach((skipped, at) => {
    expect(skipped.values).toEqual(before.values)
    expect(skipped.step).toBe(0)
    expect(skipped.loss_scale).toEqual({ scale: 2 ** (21 - at), good_steps: 0 })
    expect(Number.isFinite(skipped.loss)).toBe(true)
  })
  all.slice(made).reduce(
    (last, next) => {
      const isMade = Number.isFinite(next.grad_norm)
      expect(next.step).toBe((last.step ?? NaN) + Number(isMade))
      expect(next.loss_scale).toEqual(
        isMade
          ? { scale: last.loss_scale?.scale, good_steps: (last.loss_scale?.good_steps ?? NaN) + 1 }
          : { scale: (last.loss_scale?.scale ?? NaN) / 2, good_steps: 0 },
      )
      expect(largestDifference(last, next) > 0).toBe(isMade)
      return next
    },
    all[made - 1] as Read,
  )
  expect(all.at(-1)?.loss).toBeLessThan(first(all).loss)
})

test.each([
  [
    { scale: 1024, good_steps: GROWTH_STEPS - 1 },
    { scale: 2048, good_steps: 0 },
  ],
  [
    { scale: 1024, good_steps: GROWTH_STEPS - 2 },
    { scale: 1024, good_steps: GROWTH_STEPS - 1 },
  ],
  [
    { scale: MOST_SCALE, good_steps: GROWTH_STEPS - 1 },
    { scale: MOST_SCALE, good_steps: 0 },
  ],
])('after an update that was made %o is %o', (before, after) => {
  const small = (...args: Parameters<typeof head.loss>): Scalar => mul(head.loss(...args), 1e-4)
  const made = first(steps(inHalf(), stateWith(before), 1, small))
  expect(Number.isFinite(made.grad_norm)).toBe(true)
  expect(made.loss_scale).toEqual(after)
})

test('the scale does not fall below its least', () => {
  const large = (...args: Parameters<typeof head.loss>): Scalar => mul(head.loss(...args), 1e9)
  const all = steps(inHalf(), stateWith({ scale: 2 * LEAST_SCALE, good_steps: 0 }), 3, large)
  expect(all.map(({ grad_norm }) => Number.isFinite(grad_norm))).toEqual([false, false, false])
  expect(all.map(({ loss_scale }) => loss_scale?.scale)).toEqual([LEAST_SCALE, LEAST_SCALE, LEAST_SCALE])
})

test('gradients that are 0 in half survive where the loss is scaled', () => {
  const small = (...args: Parameters<typeof head.loss>): Scalar => mul(head.loss(...args), 1e-9)
  const exact = first(steps(eager, stateWith(), 1, small))
  const plain = first(steps(inHalf(), stateWith(), 1, small))
  const scaled = first(steps(inHalf(), stateWith({ scale: MOST_SCALE, good_steps: 0 }), 1, small))
  const kernel = 'adam_m/bert/encoder/embedding_hidden_mapping_in/kernel' // behind products of the first block, which are all wide
  const [e, p, s] = [exact, plain, scaled].map(({ values }) => values.get(kernel) ?? new Float32Array())
  expect(e?.some((value) => value !== 0)).toBe(true)
  expect(p?.every((value) => value === 0)).toBe(true)
  const largest = Math.max(...(e ?? []).map(Math.abs))
  e?.forEach((value, at) => expect(Math.abs(value - (s?.[at] ?? NaN))).toBeLessThan(0.02 * largest))
})

test('a batch in pieces is judged as a whole, and what an update that was not made leaves is not added to', () => {
  const compiler = inHalf()
  const accumulate = compiler.jit(accumulateStepOf({ head, config }), { donate: true })
  const apply = compiler.jit(applyStepOf({ hyperparameters }), { donate: true })
  const run = (numbers: LossScaleNumbers, count: number): Read[] => {
    let state = stateWith(numbers)
    let sums: Sums = { loss: scalar(0), gradients: {}, row_squares: {} }
    const all: Read[] = []
    for (let at = 0; at < count; at++) {
      for (const piece of [0, 1]) {
        const { loss_scale } = state
        if (loss_scale === undefined) throw new Error('The state has no loss scale.')
        const fed = { batch: batchOf(2, 2 * piece), key: tensor1d([5, piece], 'int32'), kept: scalar(piece) }
        const given = { params: state.params, sums, loss_scale }
        sums = tidy(() => accumulate(given, fed.batch, fed.key, fed.kept)).state.sums
        dispose(fed)
      }
      const summed = { ...state, sums }
      const result = tidy(() => apply(summed))
      state = result.state
      all.push(read(result))
    }
    return all
  }
  const all = run({ scale: 2 ** 22, good_steps: 0 }, 12)
  const made = all.findIndex(({ grad_norm }) => Number.isFinite(grad_norm))
  expect(made).toBeGreaterThan(0)
  const calm = run({ scale: 2 ** (22 - made), good_steps: 0 }, 1)
  expect(all[made]?.values).toEqual(first(calm).values)
  compiler.close()
})
