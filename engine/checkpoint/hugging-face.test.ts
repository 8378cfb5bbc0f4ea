import { copyFile, mkdir, mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AlbertConfig } from '../spec/albert-config.ts'
import { golden, GOLDENS } from '../testing/tensor-dump.ts'
import { readBundle } from './bundle-reader.ts'
import { importHuggingFace } from './import-hugging-face.ts'
import type { NamedTensor } from './named-tensor.ts'
import { isHuggingFace, readHuggingFace } from './read-hugging-face.ts'
import { openSafetensors, readSafetensors, writeSafetensors } from './safetensors.ts'
import { writeHuggingFace, type ExportedModel } from './write-hugging-face.ts'

const SPM = join(GOLDENS, 'checkpoint/30k-clean.model')
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hugging-face-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function model(name: string, part: string): Promise<ExportedModel> {
  const tensors = await readBundle(join(GOLDENS, 'model', name, part, 'model.ckpt-best'))
  const head = part === 'pretrained' ? 'AlbertForPreTraining' : 'AlbertForSequenceClassification'
  const albert_config = golden(`model/${name}/albert_config.json`, AlbertConfig)
  return {
    albert_config,
    tensors: tensors.values(),
    head,
    labels: ['a', 'b', 'c'],
    spm_model_file: SPM,
    vocab_file: null,
  }
}

/** The weights file with its tensors changed. */
async function change(edit: (tensors: NamedTensor[]) => NamedTensor[]): Promise<void> {
  const file = join(folder, 'model.safetensors')
  const opened = await openSafetensors(file)
  await writeSafetensors(file, edit([...(await readSafetensors(opened, opened.entries.keys())).values()]))
}

async function changeConfig(fields: Record<string, unknown>): Promise<void> {
  const file = join(folder, 'config.json')
  await writeFile(
    file,
    JSON.stringify({ ...(JSON.parse(await readFile(file, 'utf8')) as object), ...fields }),
  )
}

describe('out and in again', () => {
  test.each([
    ['one-group', 'classifier'],
    ['one-group', 'pretrained'],
    ['two-groups', 'classifier'],
    ['v2-like', 'classifier'],
    ['relu-square', 'classifier'],
  ])('%s %s: every value, bit for bit', async (name, part) => {
    const exported = await model(name, part)
    const original = new Map([...exported.tensors].map((tensor) => [tensor.name, tensor]))
    const { left_out } = await writeHuggingFace(folder, { ...exported, tensors: original.values() })
    expect(left_out).toEqual([])
    expect(await isHuggingFace(folder)).toBe(true)
    const read = await readHuggingFace(folder, { gelu: 'refuse' })
    expect(read.left_out).toEqual([])
    expect(read.spm_model_file).toBe(join(folder, 'spiece.model'))
    expect(await readFile(join(folder, 'spiece.model'))).toEqual(await readFile(SPM))
    original.delete('global_step')
    expect(new Map(read.tensors.map((tensor) => [tensor.name, tensor]))).toEqual(original)
    for (const field of [
      'hidden_size',
      'num_hidden_groups',
      'inner_group_num',
      'hidden_act',
      'hidden_dropout_prob',
      'initializer_range',
    ]) {
      expect(read.albert_config[field]).toEqual(exported.albert_config[field])
    }
  })

  test('names, layout and config are theirs', async () => {
    const exported = await model('one-group', 'classifier')
    const kernels = new Map([...exported.tensors].map((tensor) => [tensor.name, tensor]))
    await writeHuggingFace(folder, { ...exported, tensors: kernels.values() })
    const opened = await openSafetensors(join(folder, 'model.safetensors'))
    const block = 'albert.encoder.albert_layer_groups.0.albert_layers.0'
    const { hidden_size: H, embedding_size: E, intermediate_size: I } = exported.albert_config
    const shapes = Object.fromEntries([...opened.entries].map(([name, { shape }]) => [name, shape]))
    expect(shapes).toMatchObject({
      'albert.embeddings.word_embeddings.weight': [200, E],
      'albert.encoder.embedding_hidden_mapping_in.weight': [H, E],
      [`${block}.attention.query.weight`]: [H, H],
      [`${block}.attention.LayerNorm.bias`]: [H],
      [`${block}.full_layer_layer_norm.weight`]: [H],
      [`${block}.ffn.weight`]: [I, H],
      [`${block}.ffn_output.weight`]: [H, I],
      'albert.pooler.weight': [H, H],
      'classifier.weight': [3, H],
      'classifier.bias': [3],
    })
    const theirs = (await readSafetensors(opened, [`${block}.ffn.weight`])).get(`${block}.ffn.weight`)
    const ours = kernels.get('bert/encoder/transformer/group_0/inner_group_0/ffn_1/intermediate/dense/kernel')
    expect(theirs?.data[1 * H + 5]).toBe(ours?.data[5 * I + 1])
    const config: unknown = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))
    expect(config).toMatchObject({
      model_type: 'albert',
      architectures: ['AlbertForSequenceClassification'],
      hidden_act: 'gelu_new',
      id2label: { 0: 'a', 1: 'b', 2: 'c' },
      label2id: { a: 0, b: 1, c: 2 },
    })
    expect(JSON.parse(await readFile(join(folder, 'tokenizer_config.json'), 'utf8'))).toMatchObject({
      tokenizer_class: 'AlbertTokenizer',
      keep_accents: false,
    })
  })

  test('a SQuAD 2 head and moments stay behind; only the head is told', async () => {
    const exported = await model('one-group', 'classifier')
    const extra = (name: string): NamedTensor => ({
      name,
      dtype: 'float32',
      shape: [1],
      data: Float32Array.of(1),
    })
    const more = [extra('start_logits/dense/bias'), extra('output_bias/adam_m')]
    const { left_out } = await writeHuggingFace(folder, {
      ...exported,
      tensors: [...exported.tensors, ...more],
    })
    expect(left_out).toEqual(['start_logits/dense/bias'])
  })
})

describe('reading what others wrote', () => {
  beforeEach(async () => {
    await writeHuggingFace(folder, await model('one-group', 'pretrained'))
  })

  test('a bare encoder without the prefix, tied copies, buffers, an unknown head', async () => {
    await change((tensors) => {
      const encoder = tensors
        .filter(({ name }) => name.startsWith('albert.'))
        .map((tensor) => ({ ...tensor, name: tensor.name.slice('albert.'.length) }))
      return [
        ...encoder,
        { name: 'embeddings.position_ids', dtype: 'int64', shape: [1, 2], data: BigInt64Array.of(0n, 1n) },
        { name: 'crf.weight', dtype: 'float32', shape: [1], data: Float32Array.of(1) },
      ]
    })
    const { tensors, left_out } = await readHuggingFace(folder, { gelu: 'refuse' })
    expect(left_out).toEqual(['crf.weight'])
    expect(tensors).toHaveLength(25)
    expect(tensors.every(({ name }) => name.startsWith('bert/'))).toBe(true)
  })

  test('the decoder is the word table; one of its own is another model', async () => {
    const tied = async (factor: number) =>
      change((tensors) => {
        const words = tensors.find(({ name }) => name === 'albert.embeddings.word_embeddings.weight')!
        const data = Float32Array.from(
          { length: words.data.length },
          (_, i) => Number(words.data[i]) * factor,
        )
        return [
          ...tensors.filter(({ name }) => name !== 'predictions.decoder.weight'),
          { ...words, name: 'predictions.decoder.weight', data },
        ]
      })
    await tied(1)
    expect((await readHuggingFace(folder, { gelu: 'refuse' })).left_out).toEqual([])
    await tied(2)
    await expect(readHuggingFace(folder, { gelu: 'refuse' })).rejects.toThrow(
      'predictions.decoder.weight differs from',
    )
  })

  test('gelu is the erf form there: refused until a person says that the weights are the published ones', async () => {
    await changeConfig({ hidden_act: 'gelu' })
    await expect(readHuggingFace(folder, { gelu: 'refuse' })).rejects.toMatchObject({
      error: {
        code: 'bad-config',
        field: 'hidden_act',
        message: expect.stringContaining('erf form') as string,
      },
    })
    expect((await readHuggingFace(folder, { gelu: 'tanh' })).albert_config.hidden_act).toBe('gelu')
    for (const act of ['gelu_new', 'gelu_pytorch_tanh']) {
      await changeConfig({ hidden_act: act })
      expect((await readHuggingFace(folder, { gelu: 'refuse' })).albert_config.hidden_act).toBe('gelu')
    }
  })

  test.each([
    [{ model_type: 'bert' }, 'model_type'],
    [{ layer_norm_eps: 1e-5 }, 'layer_norm_eps'],
    [{ position_embedding_type: 'relative_key' }, 'position_embedding_type'],
    [{ hidden_act: 'swish' }, 'hidden_act'],
    [{ vocab_size: 'many' }, 'vocab_size'],
  ])('a config that is not for this model: %o', async (fields, field) => {
    await changeConfig(fields)
    await expect(readHuggingFace(folder, { gelu: 'refuse' })).rejects.toMatchObject({
      error: { code: 'bad-config', field },
    })
  })

  test('F43: everything that does not fit, at once', async () => {
    await changeConfig({ hidden_size: 64, num_attention_heads: 4 })
    await change((tensors) => tensors.filter(({ name }) => name !== 'albert.embeddings.LayerNorm.bias'))
    const reading = readHuggingFace(folder, { gelu: 'refuse' })
    await expect(reading).rejects.toThrow('albert.embeddings.LayerNorm.bias is missing')
    await expect(reading).rejects.toThrow('albert.pooler.weight is [32, 32] and the config says [64, 64]')
    await expect(reading).rejects.toThrow(
      'embedding_hidden_mapping_in.weight is [32, 16] and the config says [64, 16]',
    )
  })

  test('files that are missing: weights, vocabulary, config', async () => {
    await copyFile(join(folder, 'model.safetensors'), join(folder, 'pytorch_model.bin'))
    await unlink(join(folder, 'spiece.model'))
    await expect(readHuggingFace(folder, { gelu: 'refuse' })).rejects.toThrow(
      'neither spiece.model nor vocab.txt',
    )
    await unlink(join(folder, 'model.safetensors'))
    await expect(readHuggingFace(folder, { gelu: 'refuse' })).rejects.toThrow(
      'only pytorch_model.bin, which can run code',
    )
    await unlink(join(folder, 'config.json'))
    expect(await isHuggingFace(folder)).toBe(false)
    await expect(readHuggingFace(folder, { gelu: 'refuse' })).rejects.toMatchObject({
      error: { code: 'file-missing' },
    })
  })
})

test('with equal sizes their mapping must do nothing', async () => {
  await writeHuggingFace(folder, await model('relu-square', 'classifier'))
  await change((tensors) => {
    const mapping = tensors.find(({ name }) => name.endsWith('embedding_hidden_mapping_in.weight'))
    if (mapping !== undefined) mapping.data[1] = 0.5
    return tensors
  })
  await expect(readHuggingFace(folder, { gelu: 'refuse' })).rejects.toThrow('is not the identity')
})

test('imported, it is a model in the released layout, with the values it had', async () => {
  const exported = await model('one-group', 'pretrained')
  const original = new Map([...exported.tensors].map((tensor) => [tensor.name, tensor]))
  await writeHuggingFace(folder, { ...exported, tensors: original.values() })
  const target = join(folder, 'imported')
  await mkdir(target)
  const imported = await importHuggingFace(folder, target, { gelu: 'refuse' })
  expect(imported).toMatchObject({
    init_checkpoint: join(target, 'model.ckpt-best'),
    spm_model_file: join(target, '30k-clean.model'),
    vocab_file: null,
    left_out: [],
  })
  original.delete('global_step')
  expect(await readBundle(imported.init_checkpoint)).toEqual(
    new Map([...original].sort(([a], [b]) => (a < b ? -1 : 1))),
  )
})
