// A model in any known layout and an empty folder in, the same model in the released layout in that folder out.
import { copyFile, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { GeluReading, ModelForm, ModelNote } from '../spec/model-report.ts'
import { openBundle } from './bundle-reader.ts'
import { shardFile } from './bundle-data.ts'
import { writeBundle } from './bundle-writer.ts'
import { replaceFile, writeFailure } from './durable-file.ts'
import { importHuggingFace } from './import-hugging-face.ts'
import { readSavedModel } from './read-saved-model.ts'
import { recogniseModel } from './recognise-model.ts'
import { readReleased, type ReleasedModel } from './released.ts'

export type SettledModel = ReleasedModel & { form: ModelForm; notes: ModelNote[] }

const CHECKPOINT = 'model.ckpt-best'

/**
 * Files of a released model are moved, as they are many and large: `source` is a copy that the caller made. What does not
 * belong to the model stays behind.
 * @throws EngineFailure as the readers of each layout do; `target` then holds a part
 */
export async function settleModel(
  source: string,
  target: string,
  { gelu }: { gelu: GeluReading },
): Promise<SettledModel> {
  const { form, folder } = await recogniseModel(source)
  switch (form) {
    case 'released':
      return { form, ...(await moveReleased(folder, target)), notes: [] }
    case 'hugging-face': {
      const { left_out, reads_gelu_as_tanh, ...model } = await importHuggingFace(folder, target, { gelu })
      return { form, ...model, notes: [...leftOut(left_out), ...(reads_gelu_as_tanh ? [TANH] : [])] }
    }
    case 'saved-model':
      return { form, ...(await convertSavedModel(folder, target)) }
  }
}

const TANH: ModelNote = {
  code: 'gelu-read-as-tanh',
  message:
    'Its config says gelu, which in Hugging Face’s library is the erf form; it was read as the tanh form, with which the published models were trained. The two differ by up to 4.7e-4 in every activation.',
}

function leftOut(names: readonly string[]): ModelNote[] {
  if (names.length === 0) return []
  return [
    { code: 'left-out', message: `These tensors have no place in the model here: ${names.join(', ')}.` },
  ]
}

async function moveReleased(folder: string, target: string): Promise<ReleasedModel> {
  const { albert_config_file, spm_model_file, vocab_file, init_checkpoint } = await readReleased(folder)
  const { num_shards } = await openBundle(init_checkpoint)
  const prefix = join(target, basename(init_checkpoint))
  await move(albert_config_file, join(target, 'albert_config.json'))
  for (const file of [spm_model_file, vocab_file]) {
    if (file !== null) await move(file, join(target, basename(file)))
  }
  for (let shard = 0; shard < num_shards; shard++) {
    const file = shardFile(init_checkpoint, shard, num_shards)
    await move(file, shardFile(prefix, shard, num_shards))
  }
  await move(`${init_checkpoint}.index`, `${prefix}.index`)
  return readReleased(prefix)
}

async function convertSavedModel(
  folder: string,
  target: string,
): Promise<ReleasedModel & { notes: ModelNote[] }> {
  const { albert_config, albert_config_file, spm_model_file, vocab_file, tensors, notes } =
    await readSavedModel(folder)
  const config_file = join(target, 'albert_config.json')
  if (albert_config_file === null)
    await replaceFile(config_file, `${JSON.stringify(albert_config, null, 2)}\n`)
  else await copy(albert_config_file, config_file)
  const vocabulary = spm_model_file ?? vocab_file
  if (vocabulary !== null) await copy(vocabulary, join(target, basename(vocabulary)))
  await writeBundle(join(target, CHECKPOINT), tensors)
  return { ...(await readReleased(join(target, CHECKPOINT))), notes }
}

async function move(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    throw writeFailure(error, to)
  })
}

async function copy(from: string, to: string): Promise<void> {
  await copyFile(from, to).catch((error: unknown) => {
    throw writeFailure(error, dirname(to))
  })
}
