// The model that --albert_hub_module_handle names, by the catalogue that ships with the program.
import path from 'node:path'
import { expect, test } from 'vitest'
import { ModelsFile } from '../contract/catalogue.ts'
import { readJson } from '../host/models/catalog.ts'
import type { HostSession } from './host-session.ts'
import { modelFrom } from './model-flags.ts'

const HANDLE = 'https://tfhub.dev/google/albert_base/3'

/** A host that has these models and the real catalogue. */
async function sessionWith(models: { id: string; name: string; catalogue_id: string | null }[]) {
  const file = path.resolve(import.meta.dirname, '../../assets/models.json')
  const { released } = ModelsFile.parse(await readJson(file))
  const answers: Record<string, unknown> = {
    'catalogue.models': released.models,
    'models.list': models.map((model) => ({ ...model, available: true })),
  }
  const session = {
    client: { call: (name: string) => Promise.resolve(answers[name]) },
    host: { runModel: (id: string) => ({ init_checkpoint: `/store/${id}/model.ckpt-best` }) },
  }
  return session as unknown as HostSession
}

test.each([HANDLE, `${HANDLE}/`, 'mine'])('%s is the model that was made of it', async (handle) => {
  const session = await sessionWith([
    { id: 'other', name: 'other', catalogue_id: null },
    { id: 'a1', name: 'mine', catalogue_id: 'albert-base-v2-hub-3' },
  ])
  expect(await modelFrom({ albert_hub_module_handle: handle }, session)).toEqual({
    model: { init_checkpoint: '/store/a1/model.ckpt-best' },
    model_name: 'mine',
  })
})

test('a module that is not here is fetched by a command, and a folder is imported by one', async () => {
  const session = await sessionWith([])
  await expect(modelFrom({ albert_hub_module_handle: HANDLE }, session)).rejects.toThrow(
    'is not on this machine; fetch it with `albert models download albert-base-v2-hub-3`.',
  )
  await expect(modelFrom({ albert_hub_module_handle: '/somewhere/albert_base' }, session)).rejects.toThrow(
    /Import its folder with `albert models import`/,
  )
})
