// What a step sends from JavaScript to TensorFlow, and what it leaves behind, for every head and optimizer.
import { GatherV2, engine, memory, scalar, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { startNative } from '../backends/native.ts'
import { keyedDropout } from '../model/dropout.ts'
import { adamw } from '../optim/adamw.ts'
import { clipByGlobalNorm } from '../optim/clip.ts'
import { lamb } from '../optim/lamb.ts'
import { oracleConfig } from '../testing/oracle-models.ts'
import { ORACLE_TASKS, type OracleTask } from '../testing/oracle-tasks.ts'
import { disposeState, freshState, type TrainState } from './state.ts'
import { applyUpdates } from './train-step.ts'

beforeAll(async () => {
  await startNative({ backend: 'native', threads: 0 })
})

afterEach(() => {
  vi.restoreAllMocks()
})

const MODEL = 'one-group'
const CONFIG = { ...oracleConfig(MODEL), hidden_dropout_prob: 0.1, attention_probs_dropout_prob: 0.1 }
const PLACES = 100 // more than the model has

/** A shape or the bounds of a slice; [2, 4] for a padding. What is larger would grow with the batch or the model. */
const MOST_NUMBERS = 8

function stepOf(task: OracleTask, state: TrainState, key: number): TrainState {
  const dropout = keyedDropout(tensor1d([1, key], 'int32'), PLACES)
  const { gradients } = ORACLE_TASKS[task].train(MODEL, 0, state.params, CONFIG, dropout)
  const { clipped } = clipByGlobalNorm(gradients)
  return applyUpdates(state, clipped, scalar(1e-3), key % 2 === 0 ? adamw : lamb)
}

describe.each(Object.keys(ORACLE_TASKS) as OracleTask[])('a step of %s', (task) => {
  test('sends shapes and single numbers, which a compiled step has as its constants', async () => {
    const state = freshState(await ORACLE_TASKS[task].params(MODEL))
    const sent: number[] = []
    let running = false // the batch is made before the first lookup
    const { runKernel, makeTensor } = engine()
    vi.spyOn(engine(), 'runKernel').mockImplementation((...call) => {
      running ||= call[0] === GatherV2
      return runKernel.apply(engine(), call)
    })
    vi.spyOn(engine(), 'makeTensor').mockImplementation((...call) => {
      if (running) sent.push(call[1].reduce((product, extent) => product * extent, 1))
      return makeTensor.apply(engine(), call)
    })
    for (const key of [0, 1]) {
      tidy(() => stepOf(task, state, key).step.shape)
      running = false
    }
    expect(sent.length).toBeGreaterThan(100)
    expect(Math.max(...sent)).toBeLessThanOrEqual(MOST_NUMBERS)
    disposeState(state)
  })

  test('leaves nothing behind but the new state', async () => {
    let state = freshState(await ORACLE_TASKS[task].params(MODEL))
    const counts: number[] = []
    for (const key of [0, 1, 2]) {
      const next = tidy(() => stepOf(task, state, key))
      disposeState(state)
      state = next
      counts.push(memory().numTensors)
    }
    expect(new Set(counts)).toEqual(new Set([counts[0]]))
    disposeState(state)
  })
})
