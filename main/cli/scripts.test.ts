// The commands for scripts print what the original computed: pieces, features, variables; and layers for one batch.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { Command } from 'commander'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { GOLDENS } from '../../engine/testing/tensor-dump.ts'
import { root, temporaryFolder } from '../host/testing/host-fixture.ts'
import { addFeatures } from './commands/features.ts'
import { addForward } from './commands/forward.ts'
import { addTokenize } from './commands/tokenize.ts'
import { addVariables } from './commands/variables.ts'
import { originalSpelling } from './flags.ts'
import { withoutExit } from './program.ts'

let printed: string

beforeEach(() => {
  printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
})

afterEach(() => vi.restoreAllMocks())

const program = {
  version: '0',
  pages_dir: '',
  assets_dir: '',
  engine_file: '/none/child.cjs',
  tensorflow_dir: null,
  data_dir: '',
}

async function albert(words: string[], lines: string[] = []): Promise<unknown[]> {
  const command = new Command('albert')
  addTokenize(command, Readable.from(lines.map((line) => `${line}\n`)))
  addFeatures(command)
  addForward(command, program)
  addVariables(command)
  withoutExit(command)
  for (const each of command.commands) each.configureOutput({ writeErr: () => undefined })
  await command.parseAsync(originalSpelling(command, words), { from: 'user' })
  if (!words.includes('--json') || words[0] === 'variables') return [JSON.parse(printed || 'null') as unknown]
  return printed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

const read = (file: string): unknown => JSON.parse(readFileSync(path.join(GOLDENS, file), 'utf8'))
const spm = `--spm_model_file=${path.join(root, 'assets/generated/30k-clean.model')}`

test('tokenize prints pieces and ids of every line', async () => {
  type Sentence = { text: string; uncased: { pieces: string; ids: number[] } }
  const sentences = readFileSync(path.join(GOLDENS, 'tokenization/sentences.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Sentence)
    .filter(({ text }) => !/[\r\n\u2028\u2029]/.test(text))
    .slice(0, 300)
  const lines = await albert(
    ['tokenize', spm, '--json'],
    sentences.map(({ text }) => text),
  )
  expect(lines).toEqual(
    sentences.map(({ uncased }) => ({
      pieces: uncased.pieces === '' ? [] : uncased.pieces.split(' '),
      ids: uncased.ids,
    })),
  )
})

test('features prints the rows of a split as the original makes them', async () => {
  type Golden = {
    guid: string
    features: { max_seq_length: number; input_ids: number[]; label_id: number }[]
  }
  const { splits } = read('classifier/mrpc.json') as { splits: { dev: Golden[] } }
  const max_seq_length = splits.dev[0]?.features.at(-1)?.max_seq_length ?? 0
  const lines = await albert([
    'features', '--task_name=MRPC', '--data_dir', path.join(GOLDENS, 'classifier/data'), '--split=dev', spm,
    `--max_seq_length=${max_seq_length}`, '--json',
  ]) // prettier-ignore
  const expected = splits.dev.map(({ guid, features }) => {
    const row = features.find((each) => each.max_seq_length === max_seq_length)
    const input_ids = row?.input_ids ?? []
    return {
      guid,
      label_id: row?.label_id,
      input_ids: [...input_ids, ...Array<number>(max_seq_length - input_ids.length).fill(0)],
    }
  })
  expect(lines).toMatchObject(expected)
  for (const line of lines as Record<string, number[]>[]) {
    expect(line['input_mask']?.length).toBe(max_seq_length)
    expect(line['segment_ids']?.length).toBe(max_seq_length)
  }
})

test('variables prints name, dtype, shape, sum and norm', async () => {
  const prefix = path.join(GOLDENS, 'model/one-group/pretrained/model.ckpt-best')
  const [variables] = (await albert(['variables', '--init_checkpoint', prefix, '--json'])) as [
    Record<string, unknown>[],
  ]
  expect(variables.find(({ name }) => name === 'bert/embeddings/token_type_embeddings')).toEqual({
    name: 'bert/embeddings/token_type_embeddings',
    dtype: 'float32',
    shape: [2, 16],
    sum: expect.any(Number) as number,
    l2_norm: expect.any(Number) as number,
  })
})

test.each([
  [['features', '--task_name=AX', '--data_dir=/', '--split=train', spm], 'AX has no train file'],
  [['features', '--task_name=RTE', '--data_dir=/none', '--split=dev', spm], '/none/RTE/dev.tsv'],
  [['tokenize'], 'Give either'],
  [['variables', '--init_checkpoint=/none'], '/none.index'],
])('%j is refused with a reason', async (words, reason) => {
  await expect(albert(words)).rejects.toThrow(reason)
})

test('forward takes one even batch', async () => {
  const folder = temporaryFolder()
  const config = path.join(GOLDENS, 'model/one-group/albert_config.json')
  const words = (input: string): string[] => [
    'forward', '--init_checkpoint=/none', `--albert_config_file=${config}`, `--input=${input}`,
  ] // prettier-ignore
  await expect(albert(words('/none.json'))).rejects.toThrow('/none.json cannot be read')
  for (const [text, reason] of [
    ['{', 'Invalid input'],
    ['{"input_ids":[[1,2]],"input_mask":[[1]],"segment_ids":[[0,0]]}', 'must have the same number of rows'],
    ['{"input_ids":[[1.5]],"input_mask":[[1]],"segment_ids":[[0]]}', 'input_ids.0.0'],
  ] as const) {
    const file = path.join(folder, 'in.json')
    writeFileSync(file, text)
    await expect(albert(words(file))).rejects.toThrow(reason)
  }
})
