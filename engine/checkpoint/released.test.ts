import { cp, mkdir, mkdtemp, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { GOLDENS } from '../testing/tensor-dump.ts'
import { readReleased } from './released.ts'

const CONFIG = join(GOLDENS, 'model/one-group/albert_config.json')
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'released-'))
  const checkpoint = join(GOLDENS, 'model/one-group/pretrained/model.ckpt-best')
  for (const ending of ['.index', '.data-00000-of-00001'])
    await cp(checkpoint + ending, join(folder, `model.ckpt-best${ending}`))
  await cp(CONFIG, join(folder, 'albert_config.json'))
  await cp(join(GOLDENS, 'checkpoint/30k-clean.model'), join(folder, '30k-clean.model'))
  await writeFile(join(folder, '30k-clean.vocab'), '<pad>\t0\n<unk>\t0\n[CLS]\t0\n')
  await writeFile(join(folder, 'model.ckpt-best.meta'), 'graph')
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const expected = async (at: string) => ({
  albert_config: JSON.parse(await readFile(CONFIG, 'utf8')) as unknown,
  albert_config_file: join(at, 'albert_config.json'),
  spm_model_file: join(at, '30k-clean.model'),
  vocab_file: null,
  init_checkpoint: join(at, 'model.ckpt-best'),
})

describe('the released layout', () => {
  test('by its folder, its prefix, or any of the three files', async () => {
    for (const path of [
      '',
      'model.ckpt-best',
      'model.ckpt-best.index',
      'model.ckpt-best.meta',
      'model.ckpt-best.data-00000-of-00001',
    ]) {
      expect(await readReleased(join(folder, path))).toMatchObject(await expected(folder))
    }
  })

  test('the folder that an archive was unpacked into', async () => {
    const outer = await mkdtemp(join(tmpdir(), 'released-outer-'))
    await rename(folder, join(outer, 'albert_base'))
    expect(await readReleased(outer)).toMatchObject(await expected(join(outer, 'albert_base')))
    await rename(join(outer, 'albert_base'), folder)
    await rm(outer, { recursive: true })
  })

  test('by content: other names, and the Chinese models with a WordPiece list', async () => {
    await unlink(join(folder, '30k-clean.model'))
    await writeFile(
      join(folder, 'liste.txt'),
      ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', '的', '的'].join('\n'),
    )
    await rename(join(folder, 'albert_config.json'), join(folder, 'my_config.json'))
    const model = await readReleased(folder)
    expect(model).toMatchObject({ spm_model_file: null, vocab_file: join(folder, 'liste.txt') })
    expect(model.albert_config_file).toBe(join(folder, 'my_config.json'))
  })

  test('of several checkpoints the best, then the latest, or a question', async () => {
    const copy = async (name: string) => {
      for (const ending of ['.index', '.data-00000-of-00001']) {
        await cp(join(folder, `model.ckpt-best${ending}`), join(folder, name + ending))
      }
    }
    await copy('model.ckpt-5')
    await copy('model.ckpt-6')
    expect((await readReleased(folder)).init_checkpoint).toBe(join(folder, 'model.ckpt-best'))
    for (const ending of ['.index', '.data-00000-of-00001'])
      await unlink(join(folder, `model.ckpt-best${ending}`))
    await expect(readReleased(folder)).rejects.toThrow('several checkpoints (model.ckpt-5, model.ckpt-6)')
    await writeFile(join(folder, 'checkpoint'), 'model_checkpoint_path: "/elsewhere/model.ckpt-6"\n')
    expect((await readReleased(folder)).init_checkpoint).toBe(join(folder, 'model.ckpt-6'))
  })
})

describe('what is missing or does not fit is named', () => {
  const fails = async (code: string, message: string) => {
    await expect(readReleased(folder)).rejects.toMatchObject({
      error: { code, message: expect.stringContaining(message) as string },
    })
  }

  test('no config, a config with a fault', async () => {
    await writeFile(
      join(folder, 'albert_config.json'),
      '{"vocab_size": 200, "hidden_size": 30, "num_attention_heads": 4}',
    )
    await fails('bad-config', 'hidden_size must be a multiple of num_attention_heads')
    await writeFile(join(folder, 'albert_config.json'), '{"vocab_size": 200,')
    await fails('bad-config', 'albert_config.json: it is not JSON')
    await unlink(join(folder, 'albert_config.json'))
    await fails('file-missing', 'there is no albert_config.json')
  })

  test('F46: a config of another size', async () => {
    await cp(join(GOLDENS, 'model/v2-like/albert_config.json'), join(folder, 'albert_config.json'))
    await fails('bad-checkpoint', `it is not the checkpoint of ${join(folder, 'albert_config.json')}: `)
  })

  test('no vocabulary, one of a larger model', async () => {
    const model = await readFile(join(folder, '30k-clean.model'))
    await writeFile(
      join(folder, '30k-clean.model'),
      Buffer.concat([Buffer.from([0x0a, 3, 0x0a, 1, 120]), model]),
    )
    await fails('bad-vocabulary', "it has 201 pieces and the model's vocab_size is 200")
    await unlink(join(folder, '30k-clean.model'))
    await fails('file-missing', 'there is no vocabulary')
  })

  test('no checkpoint, a damaged one, one of something else', async () => {
    await writeFile(join(folder, 'model.ckpt-best.index'), 'x')
    await fails('bad-checkpoint', 'model.ckpt-best.index: it has 1 bytes')
    await unlink(join(folder, 'model.ckpt-best.index'))
    await fails('bad-checkpoint', 'no file ends in .index')
    for (const ending of ['.index', '.data-00000-of-00001'])
      await cp(join(GOLDENS, `checkpoint/partitioned${ending}`), join(folder, `other${ending}`))
    await fails('bad-checkpoint', 'other.index holds no variable of an ALBERT')
  })

  test('a path that is not there; an empty folder', async () => {
    await expect(readReleased(join(folder, 'no'))).rejects.toMatchObject({ error: { code: 'file-missing' } })
    await mkdir(join(folder, 'empty'))
    await expect(readReleased(join(folder, 'empty'))).rejects.toThrow('no file ends in .index')
  })
})
