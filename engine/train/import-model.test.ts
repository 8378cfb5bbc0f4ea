import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { dispose, tensor2d, type Tensor3D } from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { readBundle } from '../checkpoint/bundle-reader.ts'
import { writeBundle } from '../checkpoint/bundle-writer.ts'
import type { NamedTensor } from '../checkpoint/named-tensor.ts'
import { openSafetensors, readSafetensors, writeSafetensors } from '../checkpoint/safetensors.ts'
import { writeHuggingFace } from '../checkpoint/write-hugging-face.ts'
import { wordLogits } from '../model/pretraining-head.ts'
import { AlbertConfig } from '../spec/albert-config.ts'
import { oracleParams, OracleInputs } from '../testing/oracle-models.ts'
import { golden, GOLDENS, largestError, readDump } from '../testing/tensor-dump.ts'
import { encode, forward } from './forward.ts'
import { importModel } from './import-model.ts'

const MODEL = path.join(GOLDENS, 'model/one-group')
const PREFIX = path.join(MODEL, 'pretrained/model.ckpt-best')
const HUB = path.join(GOLDENS, 'savedmodel/hub')
const SPM = path.join(HUB, 'assets/30k-clean.model')
const config = golden('model/one-group/albert_config.json', AlbertConfig)

let folder = ''
let source = ''
let target = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'import-model-'))
  source = path.join(folder, 'source')
  target = path.join(folder, 'target')
  mkdirSync(source)
  mkdirSync(target)
})
afterEach(() => rmSync(folder, { recursive: true }))

const imported = (gelu: 'refuse' | 'tanh' = 'refuse') =>
  importModel({ source, target, gelu }, () => undefined)

function releasedFolder(at = source): void {
  cpSync(`${PREFIX}.index`, path.join(at, 'model.ckpt-best.index'))
  cpSync(`${PREFIX}.data-00000-of-00001`, path.join(at, 'model.ckpt-best.data-00000-of-00001'))
  cpSync(path.join(MODEL, 'albert_config.json'), path.join(at, 'albert_config.json'))
  cpSync(SPM, path.join(at, '30k-clean.model'))
}

async function huggingFaceFolder(): Promise<void> {
  await writeHuggingFace(source, {
    albert_config: config,
    tensors: (await readBundle(PREFIX)).values(),
    head: 'AlbertForPreTraining',
    labels: null,
    spm_model_file: SPM,
    vocab_file: null,
  })
}

/** The weights file of a Hugging Face folder as two with an index. */
async function intoShards(): Promise<void> {
  const file = path.join(source, 'model.safetensors')
  const opened = await openSafetensors(file)
  const tensors = [...(await readSafetensors(opened, opened.entries.keys())).values()]
  const half = Math.ceil(tensors.length / 2)
  const weight_map: Record<string, string> = {}
  for (const [name, part] of [
    ['model-00001-of-00002.safetensors', tensors.slice(0, half)],
    ['model-00002-of-00002.safetensors', tensors.slice(half)],
  ] as const) {
    await writeSafetensors(path.join(source, name), part)
    for (const tensor of part) weight_map[tensor.name] = name
  }
  rmSync(file)
  writeFileSync(`${file}.index.json`, JSON.stringify({ metadata: {}, weight_map }))
}

function tf2Folder(): void {
  cpSync(path.join(GOLDENS, 'savedmodel/tf2'), source, { recursive: true })
  cpSync(path.join(HUB, 'assets'), path.join(source, 'assets'), { recursive: true })
}

const inputs = () => golden('savedmodel/hub-inputs.json', OracleInputs)

describe('one model in each layout', () => {
  test.each([
    ['a released folder', async () => releasedFolder(), 'released'],
    ['a Hugging Face folder', huggingFaceFolder, 'hugging-face'],
    ['a Hugging Face folder of several files', () => huggingFaceFolder().then(intoShards), 'hugging-face'],
    ['a TF-Hub module of TF1', async () => cpSync(HUB, source, { recursive: true }), 'saved-model'],
    ['a SavedModel of TF2', async () => tf2Folder(), 'saved-model'],
  ])(
    '%s gives the same weights to the last bit, and the outputs of the original’s module',
    async (_, make, form) => {
      await make()
      const report = await imported()
      expect(report).toMatchObject({ form, init_checkpoint: 'model.ckpt-best', vocabulary_pieces: 200 })
      const pretrained = await readBundle(PREFIX)
      const ours = await readBundle(path.join(target, report.init_checkpoint))
      for (const [name, { data }] of ours) expect([name, data]).toEqual([name, pretrained.get(name)?.data])
      expect([...pretrained.keys()].filter((name) => !ours.has(name) && name !== 'global_step')).toEqual([])
      const outputs = await forward({
        albert_config: report.albert_config,
        init_checkpoint: path.join(target, report.init_checkpoint),
        ...inputs(),
      })
      const expected = readDump('savedmodel/hub-expected')
      const flat = (value: unknown): number[] => (value as unknown[]).flat(3) as number[]
      const error = (name: string, value: unknown): number =>
        largestError(flat(value), expected.get(name)?.data ?? [])
      expect(error('tokens/pooled_output', outputs.pooled_output)).toBeLessThan(1e-5)
      expect(error('tokens/sequence_output', outputs.all_encoder_layers.at(-1))).toBeLessThan(1e-5)
    },
  )

  test('the masked word head gives the logits of the module’s mlm signature', async () => {
    const { mlm_positions } = golden(
      'savedmodel/hub-inputs.json',
      z.object({ mlm_positions: z.array(z.array(z.int())) }),
    )
    const params = await oracleParams('one-group', undefined, { cls: true })
    const outputs = encode(params, inputs(), config)
    const logits = wordLogits(
      params,
      outputs.sequence_output as Tensor3D,
      { masked_lm_positions: tensor2d(mlm_positions, undefined, 'int32') },
      config,
    )
    const expected = readDump('savedmodel/hub-expected').get('mlm/mlm_logits')?.data ?? []
    expect(largestError(logits.dataSync(), expected)).toBeLessThan(1e-5)
    dispose(params)
  })
})

describe('the report', () => {
  test('has each variable with its norm, and what the model answers', async () => {
    releasedFolder()
    const { variables, probes, notes } = await imported()
    const bias = (await readBundle(PREFIX)).get('bert/pooler/dense/bias')?.data as Float32Array
    const norm = Math.sqrt(bias.reduce((sum, value) => sum + value * value, 0))
    const facts = variables.find(({ name }) => name === 'bert/pooler/dense/bias')
    expect(facts).toMatchObject({ dtype: 'float32', shape: [32], bytes: 128 })
    expect(facts?.l2_norm).toBeCloseTo(norm, 5)
    expect(probes.map(({ predictions }) => predictions.length)).toEqual([5, 5])
    for (const { predictions, rank, hidden, sentence } of probes) {
      const sorted = predictions.map(({ probability }) => probability)
      expect(sorted).toEqual([...sorted].sort((a, b) => b - a))
      if (rank <= 5) expect(predictions[rank - 1]?.piece).toBe(hidden)
      expect(sentence).toContain('[MASK]')
    }
    expect(notes).toEqual([])
  })

  test('of a checkpoint without the masked word head says so, and the model is imported', async () => {
    releasedFolder()
    const kept = [...(await readBundle(PREFIX)).values()].filter(({ name }) => name.startsWith('bert/'))
    await writeBundle(path.join(source, 'model.ckpt-best'), kept)
    const { probes, notes } = await imported()
    expect(probes).toEqual([])
    expect(notes.map(({ code }) => code)).toEqual(['no-probe'])
  })

  test('says that gelu was read as the tanh form, where a person asked for it', async () => {
    await huggingFaceFolder()
    const file = path.join(source, 'config.json')
    const json = JSON.parse(readFileSync(file, 'utf8')) as object
    writeFileSync(file, JSON.stringify({ ...json, hidden_act: 'gelu' }))
    await expect(imported()).rejects.toMatchObject({ error: { code: 'bad-config', field: 'hidden_act' } })
    const { notes, albert_config } = await imported('tanh')
    expect(notes.map(({ code }) => code)).toEqual(['gelu-read-as-tanh'])
    expect(albert_config.hidden_act).toBe('gelu')
  })

  test('keeps dropout and activation of the config, v1 as v2 (F46)', async () => {
    releasedFolder()
    const v1 = { hidden_dropout_prob: 0.1, attention_probs_dropout_prob: 0.1, hidden_act: 'relu' }
    const file = path.join(source, 'albert_config.json')
    writeFileSync(file, JSON.stringify({ ...config, ...v1 }))
    expect((await imported()).albert_config).toMatchObject(v1)
    expect(JSON.parse(readFileSync(path.join(target, 'albert_config.json'), 'utf8'))).toMatchObject(v1)
  })
})

describe('is refused', () => {
  const refusal = async (): Promise<string> =>
    imported().then(
      () => 'imported',
      (error: unknown) => String(error),
    )
  const without = (file: string) => {
    releasedFolder()
    rmSync(path.join(source, file))
  }

  test.each([
    ['albert_config.json', /there is no albert_config\.json/],
    ['30k-clean.model', /there is no vocabulary: neither .*30k-clean\.model.* nor .*vocab_chinese\.txt/],
    ['model.ckpt-best.index', /there is no ALBERT in it.*model\.ckpt-best\.index/],
    ['model.ckpt-best.data-00000-of-00001', /data-00000-of-00001: there is no such file/],
  ])('without %s, which is named', async (file, sentence) => {
    without(file)
    expect(await refusal()).toMatch(sentence)
  })

  test('with a value that is no number, by name and place (F44)', async () => {
    releasedFolder()
    const tensors = [...(await readBundle(PREFIX)).values()] as NamedTensor[]
    for (const { name, data } of tensors) if (name === 'bert/pooler/dense/bias') data[7] = Number.NaN
    await writeBundle(path.join(source, 'model.ckpt-best'), tensors)
    expect(await refusal()).toMatch(/bert\/pooler\/dense\/bias \(value 7 is NaN\)/)
  })

  test('with a vocabulary larger than the embedding', async () => {
    without('30k-clean.model')
    const words = [
      '[PAD]',
      '[UNK]',
      '[CLS]',
      '[SEP]',
      '[MASK]',
      ...Array.from({ length: 300 }, (_, i) => `w${i}`),
    ]
    writeFileSync(path.join(source, 'vocab.txt'), words.join('\n'))
    expect(await refusal()).toMatch(/305 pieces and the model's vocab_size is 200/)
  })

  test('with two models in it, by their folders', async () => {
    for (const name of ['one', 'two']) {
      mkdirSync(path.join(source, name))
      releasedFolder(path.join(source, name))
    }
    expect(await refusal()).toMatch(/several models \(one, two\)/)
  })

  test('a SavedModel of unknown size without a config, with the way out', async () => {
    cpSync(HUB, source, { recursive: true })
    rmSync(path.join(source, 'assets/albert_config.json'))
    expect(await refusal()).toMatch(/hidden_size 32 and vocab_size 200.*assets folder/)
  })

  test('an index of shards that leads out of its folder', async () => {
    await huggingFaceFolder()
    await intoShards()
    const file = path.join(source, 'model.safetensors.index.json')
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('model-00001', '../model-00001'))
    expect(await refusal()).toMatch(/which is no file beside it/)
  })
})
