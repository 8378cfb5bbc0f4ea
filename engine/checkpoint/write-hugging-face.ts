// A model under the original's names in, a folder that Hugging Face's ALBERT loads out.
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AlbertConfig } from '../spec/albert-config.ts'
import { replaceFile, writeFailure } from './durable-file.ts'
import { configToHuggingFace, type HeadKind } from './hugging-face-config.ts'
import { converted } from './hugging-face-layout.ts'
import { MAPPING, namePairs, TIED } from './hugging-face-names.ts'
import type { NamedTensor } from './named-tensor.ts'
import { writeSafetensors } from './safetensors.ts'

export type ExportedModel = {
  albert_config: AlbertConfig
  /** By the original's names; moments and the step count are left behind. */
  tensors: Iterable<NamedTensor>
  head: HeadKind
  labels: readonly string[] | null
  spm_model_file: string | null
  vocab_file: string | null
}

/**
 * Writes config.json, model.safetensors and the tokenizer's files into an existing folder.
 * @returns names of variables that Hugging Face's ALBERT has no place for, such as the SQuAD 2 head
 * @throws EngineFailure 'disk-full' or 'write-failed'
 */
export async function writeHuggingFace(
  folder: string,
  model: ExportedModel,
): Promise<{ left_out: string[] }> {
  const { albert_config, tensors, head, labels, spm_model_file, vocab_file } = model
  const byName = new Map([...tensors].map((tensor) => [tensor.name, tensor]))
  const theirs: NamedTensor[] = []
  for (const pair of namePairs(albert_config)) {
    const tensor = byName.get(pair.ours)
    if (tensor === undefined) continue
    theirs.push(converted(tensor, pair.theirs, pair.transposed))
    byName.delete(pair.ours)
  }
  const bias = theirs.find(({ name }) => name === TIED['predictions.decoder.bias'])
  if (bias !== undefined) theirs.push({ ...bias, name: 'predictions.decoder.bias' })
  if (albert_config.embedding_size === albert_config.hidden_size)
    theirs.push(...identity(albert_config.hidden_size))
  await writeSafetensors(join(folder, 'model.safetensors'), theirs)
  await replaceFile(join(folder, 'config.json'), pretty(configToHuggingFace(albert_config, head, labels)))
  await writeTokenizer(folder, { spm_model_file, vocab_file })
  return { left_out: [...byName.keys()].filter((name) => !/^global_step$|\/adam_[mv]$/.test(name)) }
}

function identity(width: number): NamedTensor[] {
  const data = new Float32Array(width * width)
  for (let i = 0; i < width; i++) data[i * (width + 1)] = 1
  return [
    { name: `${MAPPING.theirs}.weight`, dtype: 'float32', shape: [width, width], data },
    { name: `${MAPPING.theirs}.bias`, dtype: 'float32', shape: [width], data: new Float32Array(width) },
  ]
}

async function writeTokenizer(
  folder: string,
  { spm_model_file, vocab_file }: Pick<ExportedModel, 'spm_model_file' | 'vocab_file'>,
): Promise<void> {
  const source = spm_model_file ?? vocab_file
  if (source === null) return
  const target = join(folder, spm_model_file === null ? 'vocab.txt' : 'spiece.model')
  await copyFile(source, target).catch((error: unknown) => {
    throw writeFailure(error, target)
  })
  const shared = {
    do_lower_case: true,
    model_max_length: 512,
    cls_token: '[CLS]',
    sep_token: '[SEP]',
    mask_token: '[MASK]',
  }
  const config =
    spm_model_file === null
      ? { ...shared, tokenizer_class: 'BertTokenizer', pad_token: '[PAD]', unk_token: '[UNK]' }
      : {
          ...shared,
          tokenizer_class: 'AlbertTokenizer',
          remove_space: true,
          keep_accents: false,
          bos_token: '[CLS]',
          eos_token: '[SEP]',
          pad_token: '<pad>',
          unk_token: '<unk>',
        }
  await replaceFile(join(folder, 'tokenizer_config.json'), pretty(config))
}

function pretty(json: Record<string, unknown>): string {
  return JSON.stringify(json, null, 2) + '\n'
}
