// Comparisons of made-up programs, whose figures are known; no benchmark is run here.
import { expect, test } from 'vitest'
import { BENCHMARKS, type Benchmark } from './benchmarks.ts'
import { compare, type Options } from './compare.ts'

/** Not asked in these comparisons. */
const host: readonly [string, ...string[]] = ['false']

/** A program that answers with `values` and 1 MB, whatever it is asked. */
function answering(values: string, say = ''): readonly [string, ...string[]] {
  const answer = `{ values: ${values}, peak_memory_bytes: 1e6, cpu_seconds: null, note: null }`
  const script = `const work = JSON.parse(process.argv.at(-1)); console.log('noise'); ${say}; console.log(JSON.stringify(${answer}))`
  return [process.execPath, '-e', script, '--']
}

function options(over: Partial<Options>): Options {
  const programs = { host, engine: answering('[3, 5, 4]'), python: answering('[1, 2]') }
  return {
    peer: true,
    runs: null,
    usual_runs: 2,
    share: 1,
    pieces: null,
    jit: 'on',
    programs,
    say: () => undefined,
    ...over,
  }
}

function named(name: string): Benchmark {
  const found = BENCHMARKS.find((benchmark) => benchmark.name === name)
  if (found === undefined) throw new Error(name)
  return found
}

test('ours and the peers take turns; the best of each side makes the figure and the ratio', async () => {
  const found = await compare(named('train-bf16-16x128'), '', options({}))
  expect(found).toMatchObject({ name: 'train-bf16-16x128', ours: 5, peer: 2, ratio: 2.5, unit: 'tokens/s' })
  expect(found.runs.map(({ side, way }) => `${side} ${way}`)).toEqual([
    ...['ours on', 'peer eager', 'peer compiled'],
    ...['ours on', 'peer eager', 'peer compiled'],
  ])
  expect(found.runs[0]).toEqual({
    side: 'ours',
    way: 'on',
    precision: 'bf16',
    value: 5,
    median: 4,
    pieces: 3,
    peak_memory_bytes: 1e6,
    cpu_seconds: null,
    note: null,
  })
})

test('where less is better, the smallest figure is the best, and the ratio still says how many times as good ours is', async () => {
  const found = await compare(named('checkpoint-load'), '', options({ runs: 1 }))
  expect(found).toMatchObject({ ours: 3, peer: 1, ratio: 1 / 3, unit: 's' })
})

test('of what is learned the mean over the seeds counts', async () => {
  const programs = { host, engine: answering('[work.seed * 10]'), python: answering('[90 + work.seed]') }
  const found = await compare(named('learning-pair'), '', options({ runs: null, programs }))
  expect(found).toMatchObject({ ours: 20, peer: 92 })
  expect(found.runs.length).toBe(6)
})

test('without --peer only ours is measured, and the standing baseline, which is ours too', async () => {
  const programs = {
    host,
    engine: answering('[{ on: 8, tfjs: 2, off: 4 }[work.way]]'),
    python: answering('[NaN]'),
  }
  const alone = await compare(named('train-fp32-32x128'), '', options({ peer: false, programs }))
  expect(alone).toMatchObject({ ours: 8, peer: null, ratio: null })
  const baseline = await compare(named('eager-8x128'), '', options({ peer: false, programs }))
  expect(baseline).toMatchObject({ ours: 8, peer: 2, ratio: 4 })
  const by_hand = await compare(named('eager-8x128-hand-gradients'), '', options({ peer: false, programs }))
  expect(by_hand).toMatchObject({ ours: 8, peer: 4, ratio: 2 })
})

test('sides that made different things are not compared', async () => {
  const made = (what: string): readonly [string, ...string[]] => {
    const answer = { values: [1], peak_memory_bytes: 1, digest: what }
    return [process.execPath, '-e', `console.log(${JSON.stringify(JSON.stringify(answer))})`, '--']
  }
  const chinese = named('tokenizer-chinese')
  const differing = { host, engine: made('a'), python: made('b') }
  await expect(compare(chinese, '', options({ programs: differing }))).rejects.toThrow(
    'tokenizer-chinese: ours, on and peer, one-thread made different things.',
  )
  const same = { host, engine: made('a'), python: made('a') }
  expect((await compare(chinese, '', options({ programs: same }))).ratio).toBe(1)
})

test('a process that fails is an error with what it said, and no figure', async () => {
  const programs = {
    host,
    engine: answering('[1]', 'console.error("no such precision"); process.exit(3)'),
    python: answering('[1]'),
  }
  await expect(compare(named('tokenizer'), '', options({ programs }))).rejects.toThrow(
    /ended with 3\.\nno such precision/,
  )
})

test('the names that others rely on are there, each once', () => {
  const names = BENCHMARKS.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names).toEqual(
    expect.arrayContaining([
      'train-bf16-16x128',
      'train-bf16-32x128',
      'train-fp32-32x128',
      'train-squad-12x384',
      'eager-8x128',
      'real-run-short-sentences',
      'inference-32x128',
      'inference-real-sentences',
      'tokenizer',
      'tokenizer-chinese',
      'checkpoint-load',
    ]),
  )
})
