// The catalogues that ship: whole, without a fact that stands twice, and with every address a safe one.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { AlbertConfig } from '../../../engine/spec/albert-config.ts'
import { taskNamed } from '../../../engine/tasks/index.ts'
import { BenchmarksFile, ModelsFile } from '../../contract/catalogue.ts'
import { PublishedResults } from '../../contract/records.ts'

const assets = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../assets')
const json = (name: string): unknown => JSON.parse(readFileSync(path.join(assets, name), 'utf8'))
const { built_in, released } = ModelsFile.parse(json('models.json'))
const benchmarks = BenchmarksFile.parse(json('datasets.json'))
const hub = released.models.flatMap((model) => model.hub)

test('the twelve released archives are listed, each at its published address', () => {
  const published = ['v2', 'v1', 'zh'].flatMap((release) =>
    ['base', 'large', 'xlarge', 'xxlarge'].map(
      (size) => `https://storage.googleapis.com/albert_models/albert_${size}_${release}.tar.gz`,
    ),
  )
  expect(released.models.map(({ file }) => file.url)).toEqual(published)
})

test('the hub modules are listed in their three versions, the second with its warning', () => {
  expect(hub.map(({ handle }) => handle.replace('https://tfhub.dev/google/albert_', '')).sort()).toEqual(
    ['base', 'large', 'xlarge', 'xxlarge'].flatMap((size) =>
      [1, 2, 3].map((version) => `${size}/${version}`),
    ),
  )
  for (const { version, notes, handle, file } of hub) {
    expect(notes).toEqual(version === 2 ? ['einsum'] : [])
    expect(file.url).toBe(`${handle}?tf-hub-format=compressed`)
  }
})

test('every config beside a released model is one, with the width that its size has', () => {
  const widths = { base: 768, large: 1024, xlarge: 2048, xxlarge: 4096 }
  for (const { albert_config_file, size, release } of released.models) {
    const config = AlbertConfig.parse(json(albert_config_file))
    expect(config.hidden_size).toBe(widths[size])
    expect([config.vocab_size, config.hidden_act]).toEqual(
      release === 'zh' ? [21128, 'relu'] : [30000, 'gelu'],
    )
  }
})

test('every published score has its model in the catalogue', () => {
  const { rows } = PublishedResults.parse(json('published-results.json'))
  for (const row of rows) {
    expect(
      released.models.filter(({ release, size }) => release === row.version && size === row.size),
    ).toHaveLength(1)
  }
  expect(rows).toHaveLength(8)
})

test('ids and file names are there once', () => {
  const ids = [...built_in, ...released.models, ...hub].map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const files = [...released.models, ...hub].map(({ file }) => file.name)
  expect(new Set(files).size).toBe(files.length)
  expect(new Set(benchmarks.map(({ id }) => id)).size).toBe(benchmarks.length)
})

test('the benchmarks serve the built-in tasks: GLUE, XNLI, SQuAD and RACE', () => {
  const served = benchmarks.flatMap(({ task_names }) => task_names)
  for (const name of served) expect(taskNamed(name)?.name).toBe(name)
  expect(served.sort()).toEqual(
    [
      'CoLA',
      'SST-2',
      'MRPC',
      'STS-B',
      'QQP',
      'MNLI',
      'MisMNLI',
      'QNLI',
      'RTE',
      'WNLI',
      'AX',
      'XNLI',
      'SQuAD-v1.1',
      'SQuAD-v2.0',
      'RACE',
    ].sort(),
  )
})

test('what is unpacked says what is wanted of it, and nothing else does', () => {
  for (const { prepare, keep, files } of benchmarks) {
    expect(keep.length > 0).toBe(prepare === 'unpack')
    expect(files.every(({ format }) => ['zip', 'tar.gz'].includes(format))).toBe(prepare === 'unpack')
  }
})
