// The commands for scripts print what the original computed: pieces, features, variables; and layers for one batch.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
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

test('with both vocabularies the SentencePiece model is used, and that is said', async () => {
  let said = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text)
    return true
  })
  const [line] = await albert(['tokenize', spm, '--vocab_file=/none/vocab.txt', '--json'], ['The lighthouse'])
  expect(line).toMatchObject({ pieces: ['▁the', '▁lighthouse'] })
  expect(said).toBe('Ignored, for --spm_model_file is given: --vocab_file.\n')
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

const squadWords = ['--max_seq_length=64', '--doc_stride=16', '--max_query_length=24', '--json']

test('features of SQuAD are the windows of the original, by its names', async () => {
  type Golden = {
    unique_id: number
    doc_span_index: number
    input_ids: number[]
    tokens: string[]
    real_tokens: number
    context_start: number
    tok_start_to_orig_index: number[]
    tok_end_to_orig_index: number[]
    token_is_max_context: number[]
    start_position: number
    end_position: number
    is_impossible: boolean
  }
  const { features } = read('squad/features-v1-train-64-16.json') as { features: Golden[] }
  const data_dir = temporaryFolder()
  mkdirSync(path.join(data_dir, 'SQuAD'))
  copyFileSync(path.join(GOLDENS, 'squad/v1-train.json'), path.join(data_dir, 'SQuAD/train-v1.1.json'))
  const lines = await albert([
    'features', '--task_name=SQuAD-v1.1', `--data_dir=${data_dir}`, '--split=train', spm, ...squadWords,
  ]) // prettier-ignore
  const expected = features.map(({ real_tokens, context_start, token_is_max_context, ...one }) => {
    const filled = <Value>(row: Value[], value: Value): Value[] =>
      Array.from({ length: 64 }, (_, at) => (at < real_tokens ? (row[at] ?? value) : value))
    const end = real_tokens - 1
    const positions = Array.from({ length: 64 }, (_, at) => at)
    return {
      unique_id: one.unique_id,
      example_index: null,
      doc_span_index: one.doc_span_index,
      tok_start_to_orig_index: one.tok_start_to_orig_index,
      tok_end_to_orig_index: one.tok_end_to_orig_index,
      token_is_max_context: Object.fromEntries(
        token_is_max_context.map((is, at) => [context_start + at, is === 1]),
      ),
      tokens: filled(one.tokens, '<pad>'),
      input_ids: filled(one.input_ids, 0),
      input_mask: positions.map((at) => Number(at < real_tokens)),
      segment_ids: positions.map((at) => Number(at >= context_start && at < real_tokens)),
      paragraph_len: end - context_start,
      p_mask: positions.map((at) => Number(at !== 0 && !(at >= context_start && at < end))),
      start_position: one.start_position,
      end_position: one.end_position,
      is_impossible: one.is_impossible,
    }
  })
  expect(lines).toEqual(expected)
})

test('features of RACE are the four rows of every question, one behind another', async () => {
  type Choice = { real_tokens: number; segment_b_start: number; input_ids: number[] }
  type Golden = { id: string; features: { max_seq_length: number; label_id: number; choices: Choice[] }[] }
  const { splits } = read('race/uncased.json') as { splits: { dev: Golden[] } }
  const lines = await albert([
    'features', '--task_name=race', `--data_dir=${path.join(GOLDENS, 'race/data')}`, '--split=dev', spm,
    '--max_seq_length=64', '--max_qa_length=24', '--json',
  ]) // prettier-ignore
  const rows = (choices: Choice[], value: (choice: Choice, at: number) => number): number[] =>
    choices.flatMap((choice) => Array.from({ length: 64 }, (_, at) => value(choice, at)))
  const expected = splits.dev.map(({ id, features }) => {
    const { label_id, choices } = features.find(({ max_seq_length }) => max_seq_length === 64) ?? {
      label_id: -1,
      choices: [],
    }
    return {
      example_id: id,
      input_ids: rows(choices, ({ input_ids }, at) => input_ids[at] ?? 0),
      input_mask: rows(choices, ({ real_tokens }, at) => Number(at < real_tokens)),
      segment_ids: rows(choices, ({ real_tokens, segment_b_start }, at) =>
        Number(at >= segment_b_start && at < real_tokens),
      ),
      label_id,
    }
  })
  expect(lines).toEqual(expected)
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
  [
    ['features', '--task_name=SQuAD-v2.0', '--data_dir=/none', '--split=dev', spm],
    'The SQuAD file /none/SQuAD/dev-v2.0.json cannot be read',
  ],
  [
    ['features', '--task_name=SQuAD-v2.0', '--data_dir=/', '--split=dev', spm, '--max_seq_length=64'],
    '--max_seq_length must be more than 67',
  ],
  [['features', '--task_name=race', '--data_dir=/none', '--split=dev', spm], '/none/RACE/dev/middle'],
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
