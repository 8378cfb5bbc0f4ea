// Gradients, updates, dropout and resuming against what the original computed, step by step.
import { reshape, scalar, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { startNative } from '../backends/native.ts'
import { readBundle } from '../checkpoint/bundle-reader.ts'
import { compilerOn, eager, type Compiler } from '../jit/jit.ts'
import { smallRegions } from '../jit/passes/small-regions.ts'
import type { ModelInputs } from '../model/albert.ts'
import type { Dropout } from '../model/dropout.ts'
import { noDropout } from '../model/dropout.ts'
import { classificationHead } from '../model/heads.ts'
import { adamw } from '../optim/adamw.ts'
import { clipByGlobalNorm } from '../optim/clip.ts'
import { densified, type Gradients } from '../optim/gradient.ts'
import { lamb } from '../optim/lamb.ts'
import { learningRate } from '../optim/schedule.ts'
import {
  dumpedParams,
  oracleConfig,
  oracleParams,
  tolerance,
  type OracleModel,
} from '../testing/oracle-models.ts'
import { nativeVerbs } from '../testing/native-verbs.ts'
import { ORACLE_TASKS, oracleDropoutBatch, type OracleTask } from '../testing/oracle-tasks.ts'
import { golden, GOLDENS, largestError, readDump } from '../testing/tensor-dump.ts'
import { lossAndGradients } from './gradients.ts'
import { freshState, type TrainState } from './state.ts'
import { applyUpdates } from './train-step.ts'

beforeAll(async () => {
  await startNative({ backend: 'native', threads: 0 })
})

const Expected = z.object({
  grads: z.object({ global_norm_used_for_clipping: z.number(), no_gradient: z.array(z.string()) }).optional(),
  optimizers: z
    .record(
      z.string(),
      z.object({
        schedule: z.object({ init_lr: z.number(), num_train_steps: z.int(), num_warmup_steps: z.int() }),
        steps: z.array(
          z.object({
            step: z.int(),
            loss_before: z.number(),
            learning_rate: z.number(),
            global_norm: z.number(),
          }),
        ),
      }),
    )
    .default({}),
})

/** Every case that the original was run for: model, task, and the optimizers whose steps are stored. */
const CASES: { model: OracleModel; task: OracleTask; steps: string[] }[] = [
  { model: 'one-group', task: 'classifier', steps: ['adamw', 'adamw-nowarmup', 'lamb'] },
  { model: 'one-group', task: 'regression', steps: ['adamw'] },
  { model: 'two-groups', task: 'classifier', steps: ['adamw'] },
  { model: 'v2-like', task: 'classifier', steps: ['lamb'] },
  { model: 'relu-square', task: 'classifier', steps: ['adamw', 'lamb'] },
  { model: 'one-group', task: 'squad-v1', steps: ['adamw'] },
  { model: 'one-group', task: 'squad-v2', steps: ['adamw'] },
  { model: 'two-groups', task: 'squad-v2', steps: ['adamw'] },
  { model: 'relu-square', task: 'squad-v2', steps: [] },
  { model: 'two-groups', task: 'squad-v1', steps: [] },
  { model: 'v2-like', task: 'squad-v2', steps: [] },
  { model: 'one-group', task: 'race', steps: ['adamw'] },
  { model: 'one-group', task: 'pretraining', steps: ['adamw', 'lamb'] },
  { model: 'two-groups', task: 'pretraining', steps: ['lamb'] },
  { model: 'v2-like', task: 'pretraining', steps: ['adamw'] },
  { model: 'relu-square', task: 'pretraining', steps: [] },
]

/**
 * Variables that add the same to everything a softmax compares, and so change nothing: a bias of keys, of the logits of a
 * position or a choice, and what a LayerNorm before such logits adds. Their gradient is 0 but for rounding (about 1e-8), and
 * Adam divides it by its own size: the original's weights wander by up to 6e-5 in five steps and ours by as much, each its own
 * way. All that was above 1e-5 in SQuAD and RACE is this; the weights that do something are as close as everywhere else.
 */
const SHIFTS =
  /(self\/key\/bias|cls\/squad\/output_bias|start_logits\/dense\/bias|end_logits\/(dense_1\/bias|LayerNorm\/beta))$/
const isShift = (task: OracleTask, name: string) =>
  SHIFTS.test(name) || (task === 'race' && name === 'output_bias')

function gradientErrors(gradients: Gradients, expected: Record<string, Tensor>): [string, number][] {
  return Object.entries(expected).map(([name, want]) => {
    const gradient = gradients[name]
    return [
      name,
      gradient === undefined ? Infinity : largestError(densified(gradient).dataSync(), want.dataSync()),
    ]
  })
}

describe.each(CASES)('$task of $model', ({ model, task, steps }) => {
  const config = oracleConfig(model)
  const { params: paramsOf, train, trainOn, batch } = ORACLE_TASKS[task]
  const expected = golden(`model/${model}/${task}/expected.json`, Expected)

  test('loss and gradients', async () => {
    const params = await paramsOf(model)
    const { loss, gradients } = train(model, 0, params, config, noDropout)
    const wanted_loss = readDump(`model/${model}/${task}/forward`).get('train/loss')?.data ?? []
    expect(largestError(loss.dataSync(), wanted_loss)).toBeLessThan(tolerance(`${model} ${task} forward`))
    const wanted = dumpedParams(`model/${model}/${task}/grads`)
    const without = new Set(expected.grads?.no_gradient ?? [])
    const trained = Object.keys(params).filter((name) => !without.has(name))
    expect(Object.keys(gradients).sort()).toEqual(trained.sort())
    expect(Object.keys(wanted).sort()).toEqual(trained.sort())
    const errors = gradientErrors(gradients, wanted)
    report(`${model} ${task} grads`, errors)
    for (const [name, error] of errors) {
      expect(error, name).toBeLessThan(tolerance(`${model} ${task} grads`))
    }
    const norm = clipByGlobalNorm(gradients).global_norm.dataSync()
    const wanted_norm = expected.grads?.global_norm_used_for_clipping ?? NaN
    // Relative, but below 1 absolute: gradients are stored to float32's precision of 1, not of a small norm.
    expect(Math.abs((norm[0] ?? NaN) / wanted_norm - 1)).toBeLessThan(1e-6 * Math.max(1, 1 / wanted_norm))
  })

  test.each(steps)('five updates by %s', (name) => fiveUpdates(name, eager))

  test.each(steps)('five updates by %s, compiled, each op as without', async (name) => {
    const compiler = compilerOn(await nativeVerbs(), { passes: [smallRegions], check: { tolerance: 1e-4 } })
    await fiveUpdates(name, compiler)
    compiler.close()
  })

  async function fiveUpdates(name: string, { jit }: Compiler): Promise<void> {
    const run = expected.optimizers[name]
    if (run === undefined) throw new Error(`The golden file has no run of ${name}.`)
    const { schedule } = run
    const optimizer = name === 'lamb' ? lamb : adamw
    const stored = readDump(`model/${model}/${task}/steps-${name}`)
    // By the last step the weights are apart by the noise that was measured, and the norm with them.
    const drift = Math.max(2e-5, tolerance(`${model} ${task} steps-${name} after 5`) / 10)
    const update = jit(
      (state: TrainState, batch: ModelInputs) => {
        const { loss, gradients } = trainOn(batch, state.params, config, noDropout)
        const rate = learningRate(state.step, {
          learning_rate: schedule.init_lr,
          train_step: schedule.num_train_steps,
          warmup_step: schedule.num_warmup_steps,
        })
        const { clipped, global_norm } = clipByGlobalNorm(gradients)
        const dense = Object.fromEntries(
          Object.entries(clipped).map(([variable, gradient]) => [variable, densified(gradient)]),
        )
        return {
          loss,
          rate,
          global_norm,
          clipped: dense,
          state: applyUpdates(state, clipped, rate, optimizer),
        }
      },
      { donate: true },
    )
    let state = freshState(await paramsOf(model))
    for (let index = 0; index < 5; index++) {
      const want = run.steps[index]
      const result = update(state, batch(model, index))
      const { loss, rate, global_norm, clipped } = result
      expectWithin(loss.dataSync()[0], want?.loss_before, tolerance(`${model} ${task} step loss`))
      expectWithin(rate.dataSync()[0], want?.learning_rate, 1e-9)
      expectWithin((global_norm.dataSync()[0] ?? NaN) / (want?.global_norm ?? NaN), 1, drift)
      for (const [variable, gradient] of Object.entries(clipped)) {
        if (!isShift(task, variable)) continue
        const zeros = new Float32Array(gradient.size)
        expect(largestError(gradient.dataSync(), zeros), variable).toBeLessThan(1e-6)
      }
      state = result.state
      compareStep(state, index + 1)
    }
    expect(state.step.dataSync()[0]).toBe(5)

    function compareStep({ params }: TrainState, step: number): void {
      const prefix = `step${step}/`
      const wanted = [...stored].filter(([key]) => key.startsWith(prefix))
      if (wanted.length === 0) return
      const untrained = expected.grads?.no_gradient.length ?? 0 // the pooler in question answering
      expect(wanted).toHaveLength(Object.keys(params).length - untrained)
      const limit = tolerance(`${model} ${task} steps-${name} after ${step}`)
      const errors = wanted.map(([key, { data }]): [string, number] => {
        const variable = key.slice(prefix.length)
        return [variable, largestError(params[variable]?.dataSync() ?? [], data)]
      })
      report(`${model} ${task} steps-${name} after ${step}`, errors)
      const effective = errors.filter(([variable]) => !isShift(task, variable))
      report(`${model} ${task} steps-${name} after ${step}, weights with an effect`, effective)
      for (const [variable, error] of errors) expect(error, `${variable} after ${step}`).toBeLessThan(limit)
      for (const [variable, error] of effective) expect(error, `${variable} after ${step}`).toBeLessThan(2e-5)
    }
  }
})

describe.each(['one-group', 'v2-like'] as const)('dropout of %s under given masks', (model) => {
  test('loss, norm and gradients', async () => {
    const config = oracleConfig(model, 'dropout')
    expect(config.hidden_dropout_prob).toBe(0.1)
    expect(config.attention_probs_dropout_prob).toBe(0.2)
    const masks = readDump(`model/${model}/dropout/masks`)
    const places = golden(
      `model/${model}/dropout/expected.json`,
      z.object({
        loss: z.number(),
        global_norm: z.number(),
        masks: z.array(z.object({ index: z.int(), probability: z.number(), shape: z.array(z.int()) })),
      }),
    )
    let place = 0
    const given: Dropout = (shape, rate) => {
      const mask = masks.get(`mask/${place}`)
      const planned = places.masks[place]
      place += 1
      expect(shape).toEqual(planned?.shape)
      expect(rate).toBeCloseTo(planned?.probability ?? NaN, 6)
      const rows = reshape(dumped(mask), [-1, shape.at(-1) ?? 1])
      return { rate, seeds: [rows], uniform: ([given]) => given as Tensor } // 1 is above the rate and 0 below
    }
    const params = await oracleParams(model, 'classifier')
    const batch = oracleDropoutBatch(model)
    const { loss, gradients } = lossAndGradients(params, batch, {
      config,
      head: classificationHead(3),
      dropout: given,
    })
    expect(place).toBe(places.masks.length)
    expectWithin(loss.dataSync()[0], places.loss, tolerance(`${model} dropout loss`))
    const { global_norm } = clipByGlobalNorm(gradients)
    expectWithin((global_norm.dataSync()[0] ?? NaN) / places.global_norm, 1, 2e-6)
    const errors = gradientErrors(gradients, dumpedParams(`model/${model}/dropout/grads`))
    report(`${model} dropout grads`, errors)
    for (const [name, error] of errors) expect(error, name).toBeLessThan(tolerance(`${model} dropout grads`))
  })
})

test('a checkpoint of the original with its moments goes on as the original did', async () => {
  const folder = path.join(GOLDENS, 'model/one-group/classifier')
  const bundle = await readBundle(path.join(folder, 'resume-adamw/model.ckpt-2'))
  const names = Object.keys(await oracleParams('one-group', 'classifier'))
  const read = (suffix: string) =>
    Object.fromEntries(
      names.map((name) => {
        const found = bundle.get(`${name}${suffix}`)
        if (found === undefined) throw new Error(`${name}${suffix} is missing.`)
        return [name, dumped({ shape: [...found.shape], data: found.data as Float32Array })]
      }),
    )
  expect(bundle.get('global_step')?.data[0]).toBe(2n)
  let state: TrainState = {
    step: scalar(2, 'int32'),
    params: read(''),
    adam_m: read('/adam_m'),
    adam_v: read('/adam_v'),
  }
  const { schedule } = golden('model/one-group/classifier/expected.json', Expected).optimizers[
    'adamw'
  ] as NonNullable<z.infer<typeof Expected>['optimizers'][string]>
  for (const index of [2, 3, 4]) {
    state = tidy(() => {
      const config = oracleConfig('one-group')
      const { gradients } = ORACLE_TASKS.classifier.train('one-group', index, state.params, config, noDropout)
      const rate = learningRate(state.step, {
        learning_rate: schedule.init_lr,
        train_step: schedule.num_train_steps,
        warmup_step: schedule.num_warmup_steps,
      })
      return applyUpdates(state, clipByGlobalNorm(gradients).clipped, rate, adamw)
    })
  }
  const wanted = dumpedParams('model/one-group/classifier/steps-adamw', 'step5/')
  const limit = tolerance('one-group classifier steps-adamw after 5')
  for (const [name, want] of Object.entries(wanted)) {
    expect(largestError(state.params[name]?.dataSync() ?? [], want.dataSync()), name).toBeLessThan(limit)
  }
})

function dumped(array: { shape: number[]; data: ArrayLike<number> } | undefined): Tensor {
  if (array === undefined) throw new Error('There is no such array in the golden file.')
  return tensor(Float32Array.from(array.data), array.shape)
}

/** What was measured is printed on request: ALBERT_REPORT=1. */
function report(part: string, errors: [string, number][]): void {
  if (process.env['ALBERT_REPORT'] === undefined) return
  const [name, error] = errors.reduce((worst, entry) => (entry[1] > worst[1] ? entry : worst))
  console.log(`${part}: ${error.toExponential(1)} at ${name}`)
}

function expectWithin(actual: number | undefined, expected: number | undefined, limit: number): void {
  expect(largestError([actual ?? NaN], [expected ?? NaN])).toBeLessThan(limit)
}
