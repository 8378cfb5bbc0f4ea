// A whole run on a tiny task: what it learns, writes and tells, how it resumes, stops and fails.
import { memory } from '@tensorflow/tfjs-core'
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readBundle } from '../checkpoint/bundle-reader.ts'
import { Hyperparameters, type HyperparameterName } from '../spec/hyperparameters.ts'
import { RunEvent, type RunPhase, type RunRequest } from '../spec/run.ts'
import { eventsOf, only, tinyRequest, type TinyOptions } from '../testing/tiny-run.ts'
import { run } from './run.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 }) // a busy machine is no failure

let folder = ''
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'albert-run-'))))
afterEach(async () => rm(folder, { recursive: true, force: true }))

const unstopped = () => new AbortController().signal
const runAll = (request: RunRequest) => eventsOf(run(request, { signal: unstopped() }))
const read = (request: RunRequest, name: string) => readFile(path.join(request.output_dir, name), 'utf8')

describe('learning', () => {
  test('eight examples by heart', async () => {
    const request = await tinyRequest(folder, {
      hyperparameters: {
        train_step: 40,
        save_checkpoints_steps: 20,
        train_batch_size: 8,
        learning_rate: 0.01,
      },
      albert_config: {
        num_hidden_layers: 1, // with two, half of all seeds do not start within 40 steps
        initializer_range: 0.2,
        hidden_dropout_prob: 0,
        attention_probs_dropout_prob: 0,
      },
    })
    const events = await runAll(request)
    const [finished] = only(events, 'finished')
    expect(finished?.result.metrics['accuracy']).toBe(1)
    expect(finished?.result.majority).toBe(0.5)
    const losses = only(events, 'step').map(({ point }) => point.loss)
    expect(losses).toHaveLength(40)
    expect(losses.at(-1)).toBeLessThan(0.1)
    for (const event of events) expect(RunEvent.parse(event)).toEqual(event)
  })

  test('numbers by heart', async () => {
    const request = await tinyRequest(folder, {
      kind: 'regression',
      hyperparameters: {
        train_step: 60,
        save_checkpoints_steps: 30,
        train_batch_size: 8,
        learning_rate: 0.01,
      },
      albert_config: {
        num_hidden_layers: 1,
        initializer_range: 0.2,
        hidden_dropout_prob: 0,
        attention_probs_dropout_prob: 0,
      },
    })
    const [finished] = only(await runAll(request), 'finished')
    expect(finished?.result.majority).toBeNull()
    expect(finished?.result.metrics['mse']).toBeLessThan(0.4) // always saying the mean gives 1.31
    expect(finished?.result.metrics['pearson']).toBeGreaterThan(0.85)
  })

  test('one step changes every variable, and leaves no tensor behind', async () => {
    const request = await tinyRequest(folder, {
      hyperparameters: { train_step: 1, save_checkpoints_steps: 1 },
    })
    const before = memory().numTensors
    await runAll({ ...request, do_eval: false, do_predict: false })
    expect(memory().numTensors).toBe(before)
    const [first, last] = await Promise.all(
      [0, 1].map((step) => readBundle(path.join(request.output_dir, `model.ckpt-${step}`))),
    )
    const names = [...(first?.keys() ?? [])].filter((name) => !/adam_[mv]$/.test(name))
    expect(names.length).toBeGreaterThan(25)
    for (const name of names) expect(last?.get(name)?.data, name).not.toEqual(first?.get(name)?.data)
  })

  test('the count of tensors does not grow from step to step', async () => {
    const request = await tinyRequest(folder, {
      hyperparameters: { train_step: 5, save_checkpoints_steps: 5 },
    })
    const counts: number[] = []
    for await (const event of run(request, { signal: unstopped() })) {
      if (event.type === 'step') counts.push(memory().numTensors)
    }
    expect(new Set(counts).size).toBe(1)
  })
})

describe('what is told', () => {
  test('the events stand in the order in which things happen', async () => {
    const events = await runAll(await tinyRequest(folder))
    const told = events.flatMap((event) => {
      if (event.type === 'step') return [`step ${event.point.step}`]
      if (event.type === 'evaluation') return [`evaluation ${event.evaluation.step}`]
      if (event.type === 'checkpoint') return [`checkpoint ${event.step}`]
      if (event.type === 'split') return [`${event.split} ${event.examples}`]
      return event.type === 'finished' ? ['finished'] : []
    })
    expect(told).toEqual([
      ...['train 8', 'dev 8', 'test 5', 'checkpoint 0', 'evaluation 0'],
      ...['step 1', 'step 2', 'step 3', 'checkpoint 3', 'evaluation 3'],
      ...['step 4', 'step 5', 'step 6', 'checkpoint 6', 'evaluation 6', 'finished'],
    ])
    const phases = only(events, 'phase').map(({ phase }) => phase)
    expect([...new Set(phases)]).toEqual([
      ...[
        'starting',
        'preparing',
        'saving',
        'compiling',
        'evaluating',
        'training',
        'predicting',
        'finishing',
      ],
    ])
    expect(only(events, 'step').map(({ point }) => point.learning_rate)).toEqual(
      [6, 5, 4, 3, 2, 1].map((left) => expect.closeTo((5e-3 * left) / 6, 8) as number),
    )
  })

  test('the first five examples of the training data are logged as the model reads them', async () => {
    const told = only(await runAll(await tinyRequest(folder)), 'log').map(({ message }) => message)
    const shown = told.filter((message) => message.startsWith('Training example '))
    expect(shown).toHaveLength(5)
    expect(shown[1]).toMatch(
      /^Training example 2, \S+: tokens: \[CLS\] [a-z ]+ \[SEP\]; input_ids: [\d ]+; segment_ids: [0 ]+; label: yes \(id = 1\)$/,
    )
  })

  test('the result files are written as the original writes them', async () => {
    const request = await tinyRequest(folder)
    const [finished] = only(await runAll(request), 'finished')
    const blocks = (await read(request, 'eval_results.txt')).split(`${'='.repeat(50)}\n`)
    expect(blocks).toHaveLength(4)
    expect(blocks[0]).toMatch(
      /^eval_accuracy = 0\.\d+\neval_loss = 0\.\d+\nglobal_step = 0\nloss = 0\.\d+\nbest = -1\n$/,
    )
    expect(blocks[2]).toMatch(/global_step = 6\n/)
    expect(await read(request, 'best_trial.txt')).toMatch(/^6:[036]:[01]\.\d+$/)
    const rows = (await read(request, 'test_results.tsv')).trimEnd().split('\n')
    expect(rows).toHaveLength(5)
    for (const row of rows) {
      const [no, yes] = row.split('\t').map(Number) as [number, number]
      expect(no + yes).toBeCloseTo(1, 5)
    }
    const submitted = (await read(request, 'submit_results.tsv')).trimEnd().split('\n')
    expect(submitted[0]).toBe('index\tprediction')
    expect(submitted.slice(1).map((line) => line.split('\t')[1])).toEqual(
      rows.map((row) => (Number(row.split('\t')[0]) >= Number(row.split('\t')[1]) ? 'no' : 'yes')),
    )
    expect(finished?.result.files).toEqual(
      expect.arrayContaining([
        'eval_results.txt',
        'model.ckpt-best.index',
        'test_results.tsv',
        'submit_results.tsv',
      ]),
    )
  })
})

describe('going on', () => {
  /** The bytes that a run leaves: the last weights with their moments, and the best ones. */
  async function remains(request: RunRequest): Promise<Record<string, string>> {
    const names = [
      'model.ckpt-6.data-00000-of-00001',
      'model.ckpt-best.data-00000-of-00001',
      'eval_results.txt',
      'best_trial.txt',
      'test_results.tsv',
    ]
    return Object.fromEntries(
      await Promise.all(
        names.map(
          async (name) =>
            [name, (await readFile(path.join(request.output_dir, name))).toString('base64')] as const,
        ),
      ),
    )
  }

  test.each([1, 3, 4, 5])('from a checkpoint after a kill at step %i, bit for bit', async (killed_at) => {
    const options: TinyOptions = { hyperparameters: { save_checkpoints_steps: 2 } }
    const whole = await tinyRequest(path.join(folder, 'whole'), options)
    await runAll(whole)
    const broken = await tinyRequest(path.join(folder, 'broken'), options)
    for await (const event of run(broken, { signal: unstopped() })) {
      if (event.type === 'step' && event.point.step === killed_at) break // nothing of the run is heard of again
    }
    const saved = 2 * Math.floor((killed_at - 1) / 2) // a step is told before its checkpoint is saved
    const events = await runAll(broken)
    expect(only(events, 'resumed')[0]?.step).toBe(saved)
    expect(only(events, 'step')[0]?.point.step).toBe(saved + 1)
    expect(only(events, 'finished')).toHaveLength(1)
    expect(await remains(broken)).toEqual(await remains(whole))
  })

  test('between saving and evaluating: the evaluation is made up for', async () => {
    const whole = await tinyRequest(path.join(folder, 'whole'))
    await runAll(whole)
    const broken = await tinyRequest(path.join(folder, 'broken'))
    for await (const event of run(broken, { signal: unstopped() })) {
      if (event.type === 'checkpoint' && event.step === 3) break
    }
    const events = await runAll(broken)
    expect(only(events, 'evaluation').map(({ evaluation }) => evaluation.step)).toEqual([3, 6])
    expect(await remains(broken)).toEqual(await remains(whole))
  })

  test('a finished run only tells its result again', async () => {
    const request = await tinyRequest(folder)
    const [first] = only(await runAll(request), 'finished')
    const again = await runAll(request)
    expect(only(again, 'step')).toHaveLength(0)
    expect(only(again, 'finished')[0]?.result.metrics).toEqual(first?.result.metrics)
  })

  test('evaluation and prediction alone take the best checkpoint of the folder', async () => {
    const request = await tinyRequest(folder)
    const [trained] = only(await runAll(request), 'finished')
    const before = await read(request, 'test_results.tsv')
    const [evaluated] = only(await runAll({ ...request, do_train: false }), 'finished')
    expect(evaluated?.result.metrics).toEqual(trained?.result.metrics)
    expect(await read(request, 'test_results.tsv')).toBe(before)
  })

  test('a trained checkpoint is a model to start from', async () => {
    const request = await tinyRequest(path.join(folder, 'a'))
    await runAll(request)
    const next = await tinyRequest(path.join(folder, 'b'), {
      init_checkpoint: path.join(request.output_dir, 'model.ckpt-best'),
    })
    const [evaluated] = only(await runAll({ ...next, do_train: false }), 'finished')
    const [trained] = only(await runAll({ ...request, do_train: false }), 'finished')
    expect(evaluated?.result.metrics).toEqual(trained?.result.metrics)
  })
})

describe('stopping', () => {
  const PHASES: RunPhase[] = [
    'starting',
    'preparing',
    'saving',
    'compiling',
    'evaluating',
    'training',
    'predicting',
  ]
  test.each(PHASES)('while %s', async (phase) => {
    const request = await tinyRequest(folder)
    const stop = new AbortController()
    const events: RunEvent[] = []
    for await (const event of run(request, { signal: stop.signal })) {
      events.push(event)
      if (event.type === 'phase' && event.phase === phase) stop.abort()
    }
    const last = events.at(-1)
    expect(last?.type).toBe('cancelled')
    const since = events.findIndex((event) => event.type === 'phase' && event.phase === phase)
    expect(only(events.slice(since), 'step').length).toBeLessThanOrEqual(1)
    expect(only(events, 'finished')).toHaveLength(0)
    const after = await runAll(request) // and the run can be gone on with
    expect(only(after, 'finished')).toHaveLength(1)
  })

  test('between two shapes that are compiled', async () => {
    const request = await tinyRequest(folder)
    const stop = new AbortController()
    const told: number[] = []
    for await (const event of run(request, { signal: stop.signal })) {
      if (event.type !== 'phase' || event.phase !== 'compiling') continue
      told.push(event.done)
      if (event.done === 1) stop.abort()
    }
    expect(told).toEqual([0, 1])
    const after = await runAll(request)
    const phases = only(after, 'phase').filter(({ phase }) => phase === 'compiling')
    expect(phases.map(({ done, total }) => [done, total])).toEqual([0, 1, 2, 3].map((done) => [done, 3]))
    expect(only(after, 'finished')).toHaveLength(1)
  })

  test('at a step, which is told', async () => {
    const request = await tinyRequest(folder)
    const stop = new AbortController()
    const events: RunEvent[] = []
    for await (const event of run(request, { signal: stop.signal })) {
      events.push(event)
      if (event.type === 'step' && event.point.step === 2) stop.abort()
    }
    expect(events.at(-1)).toEqual({ type: 'cancelled', step: 2 })
  })
})

describe('failing', () => {
  async function errorFrom(request: RunRequest) {
    const last = (await runAll(request)).at(-1)
    if (last?.type !== 'failed') throw new Error(`The run ended with ${last?.type}.`)
    return last
  }

  test('a row that cannot be used, with its place', async () => {
    const request = await tinyRequest(folder)
    await writeFile(path.join(folder, 'dev.tsv'), 'text\tlabel\nred\tyes\ngreen\tmaybe\n')
    const { error } = await errorFrom(request)
    expect(error).toMatchObject({ code: 'unknown-label', line: 3, label: 'maybe' })
  })

  test('a file that went away', async () => {
    const request = await tinyRequest(folder)
    await rm(path.join(folder, 'train.tsv'))
    expect((await errorFrom(request)).error.code).toBe('file-missing')
  })

  test.each([
    [{ warmup_step: 7 }, {}, 'warmup_step'],
    [{ max_seq_length: 64 }, {}, 'max_seq_length'],
    [{}, { vocab_size: 9 }, 'vocab_size'],
    [{}, { hidden_act: 'swish' }, 'hidden_act'],
  ] as const)('settings that do not go together: %o %o', async (hyperparameters, albert_config, field) => {
    const request = await tinyRequest(folder, { hyperparameters, albert_config })
    expect((await errorFrom(request)).error).toMatchObject({ code: 'bad-config', field })
  })

  test('a loss that is no number, with its step, before it reaches a weight', async () => {
    const request = await tinyRequest(folder, {
      hyperparameters: { learning_rate: 1, train_step: 40, save_checkpoints_steps: 100 },
      albert_config: { initializer_range: 1e18 },
    })
    const { error, step } = await errorFrom(request)
    expect(error.code).toBe('loss-not-finite')
    expect(error.code === 'loss-not-finite' && error.step).toBe(step + 1)
    expect(await readdir(request.output_dir)).toContain('model.ckpt-0.index')
  })

  test('a folder that holds the checkpoint of another model', async () => {
    const request = await tinyRequest(folder)
    await runAll(request)
    const other = await tinyRequest(folder, { albert_config: { intermediate_size: 24 } })
    const { error } = await errorFrom(other)
    expect(error.code).toBe('bad-checkpoint')
    expect(error.message).toMatch(/\[16, 32\].*\[16, 24\]/)
  })

  test('a folder whose model.ckpt-best is somebody else’s', async () => {
    const request = await tinyRequest(path.join(folder, 'made'))
    await runAll(request)
    const released = path.join(folder, 'released')
    await mkdir(released)
    for (const part of ['index', 'data-00000-of-00001']) {
      await copyFile(
        path.join(request.output_dir, `model.ckpt-best.${part}`),
        path.join(released, `model.ckpt-best.${part}`),
      )
    }
    const before = await readFile(path.join(released, 'model.ckpt-best.data-00000-of-00001'))
    const { error } = await errorFrom({ ...request, output_dir: released })
    expect(error).toMatchObject({ code: 'bad-config', field: 'output_dir' })
    expect((await readFile(path.join(released, 'model.ckpt-best.data-00000-of-00001'))).equals(before)).toBe(
      true,
    )
  })

  test('answers asked of a model that was never trained', async () => {
    const request = await tinyRequest(folder)
    const { error } = await errorFrom({ ...request, do_train: false })
    expect(error.message).toMatch(/no trained model/)
  })
})

describe('every knob', () => {
  const TURNED: { [Name in HyperparameterName]: Hyperparameters[Name] } = {
    max_seq_length: 8,
    do_lower_case: false,
    optimizer: 'lamb',
    learning_rate: 1e-3,
    train_batch_size: 3,
    train_step: 3,
    warmup_step: 1,
    seed: 1,
    save_checkpoints_steps: 2,
    keep_checkpoint_max: 1,
    eval_batch_size: 3,
    predict_batch_size: 1,
  }

  /** What a run shows of itself, without the times. */
  async function shown(knob: string, hyperparameters: Partial<Hyperparameters>) {
    const request = await tinyRequest(path.join(folder, knob), {
      runtime: { jit: 'off' }, // many short runs, which would do little else than compile
      hyperparameters: { train_step: 2, save_checkpoints_steps: 1, ...hyperparameters },
    })
    await writeFile(
      path.join(request.data_dir, 'train.tsv'),
      'text\tlabel\nRed old old cold new soft blue\tyes\nred hard\tno\n',
    )
    const events = await runAll(request)
    const timeless = events.flatMap((event): unknown[] => {
      if (event.type === 'step') return [event.point.step, event.point.loss, event.point.learning_rate]
      if (event.type === 'evaluation') return [event.evaluation]
      if (event.type !== 'phase') return []
      return [[event.phase, event.done]]
    })
    return JSON.stringify([
      timeless,
      (await readdir(request.output_dir)).sort(),
      await read(request, 'eval_results.txt'),
    ])
  }

  test('shows in the run when it is turned', async () => {
    expect(Object.keys(TURNED).sort()).toEqual(Object.keys(Hyperparameters.shape).sort())
    const plain = await shown('plain', {})
    expect(await shown('again', {})).toBe(plain) // so a difference is the knob's doing
    for (const [knob, value] of Object.entries(TURNED)) {
      expect(await shown(knob, { [knob]: value }), knob).not.toBe(plain)
    }
  })
})
