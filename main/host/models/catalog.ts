// assets/models.json and the configs beside it in, the models that ship with the program out.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { AlbertConfig } from '../../../engine/spec/albert-config.ts'
import type { RunModel } from '../../../engine/spec/run.ts'
import { ModelsFile } from '../../contract/catalogue.ts'
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'
import type { ModelRecord } from '../../contract/records.ts'
import { parameterCount } from '../../../engine/spec/parameter-count.ts'

export type ModelCatalog = Awaited<ReturnType<typeof readCatalog>>

/** @throws Error when the program's own files are missing or damaged */
export async function readCatalog(assets_dir: string) {
  const listed = ModelsFile.parse(await readJson(path.join(assets_dir, 'models.json'))).built_in
  const models = new Map<string, { record: ModelRecord; run: RunModel }>()
  for (const { id, name, albert_config_file, spm_model_file } of listed) {
    const albert_config = AlbertConfig.parse(await readJson(path.join(assets_dir, albert_config_file)))
    const record: ModelRecord = {
      id,
      name,
      origin: 'built-in',
      catalogue_id: null,
      albert_config,
      tokenizer: 'sentencepiece',
      parameters: parameterCount(albert_config),
      pretrained: false,
      bytes: 0,
      available: true,
      created_at: 0,
    }
    const run = {
      albert_config,
      spm_model_file: path.join(assets_dir, spm_model_file),
      vocab_file: null,
      init_checkpoint: null,
    }
    models.set(id, { record, run })
  }
  return {
    list: (): ModelRecord[] => [...models.values()].map(({ record }) => record),
    /** @throws HostFailure `not-found` */
    get: (id: string): { record: ModelRecord; run: RunModel } => {
      const found = models.get(id)
      if (found !== undefined) return found
      throw new HostFailure({
        code: 'not-found',
        what: 'model',
        id,
        ...say('model-gone', { id, known: [...models.keys()].join(', ') }),
      })
    },
  }
}

/** @throws Error that names the file */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new Error(`${file} cannot be read; install the program again, or restore the file.`, {
      cause: error,
    })
  }
}
