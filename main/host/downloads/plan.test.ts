// The room that a download needs is looked for where its files will lie now, also after the models were moved.
import path from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../testing/host-fixture.ts'
import { readCatalogue } from './catalogue.ts'

test('the plan of a model names the folder in which models lie at that moment', async () => {
  let models = '/first/models'
  const catalogue = await readCatalogue(path.join(root, 'assets'), {
    models: () => models,
    benchmarks: '/data/benchmarks',
  })
  const item = { kind: 'model', item_id: catalogue.models[0]?.id ?? '' } as const
  expect(catalogue.planOf(item).unpacked.folder).toBe('/first/models')
  models = '/media/disk/albert-models'
  expect(catalogue.planOf(item).unpacked).toMatchObject({
    folder: '/media/disk/albert-models',
    bytes: catalogue.models[0]?.unpacked_bytes,
  })
})
