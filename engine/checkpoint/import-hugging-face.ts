// A Hugging Face ALBERT folder in, a folder in the released layout out: from there on there is one kind of model.
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeBundle } from './bundle-writer.ts'
import { replaceFile, writeFailure } from './durable-file.ts'
import type { GeluReading } from '../spec/model-report.ts'
import { readHuggingFace } from './read-hugging-face.ts'
import { readReleased, type ReleasedModel } from './released.ts'

/**
 * Writes albert_config.json, the vocabulary and model.ckpt-best into the existing folder `target`, and reads them back as
 * any other model. `left_out`: tensors that the model here has no place for.
 * @throws EngineFailure as `readHuggingFace` and the writers do
 */
export async function importHuggingFace(
  folder: string,
  target: string,
  { gelu }: { gelu: GeluReading },
): Promise<ReleasedModel & { left_out: string[]; reads_gelu_as_tanh: boolean }> {
  const { albert_config, tensors, spm_model_file, vocab_file, ...more } = await readHuggingFace(folder, {
    gelu,
  })
  await replaceFile(join(target, 'albert_config.json'), JSON.stringify(albert_config, null, 2) + '\n')
  if (spm_model_file !== null) await copyInto(spm_model_file, join(target, '30k-clean.model'))
  if (vocab_file !== null) await copyInto(vocab_file, join(target, 'vocab.txt'))
  await writeBundle(join(target, 'model.ckpt-best'), tensors)
  return {
    ...(await readReleased(join(target, 'model.ckpt-best'))),
    left_out: more.left_out,
    reads_gelu_as_tanh: more.reads_gelu_as_tanh,
  }
}

async function copyInto(source: string, target: string): Promise<void> {
  await copyFile(source, target).catch((error: unknown) => {
    throw writeFailure(error, target)
  })
}
