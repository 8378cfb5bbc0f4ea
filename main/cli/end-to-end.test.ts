// The original's best checkpoints and a command line in: the files that the original program wrote out. The engine is the real one.
import { cpSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { GOLDENS, largestError } from '../../engine/testing/tensor-dump.ts'
import { bundledEngine } from '../host/testing/bundled-engine.ts'
import { temporaryFolder, tinyAssets } from '../host/testing/host-fixture.ts'
import { originalSpelling } from './flags.ts'
import { albertCommand, withoutExit } from './program.ts'
import { captureOutput } from './testing/capture-output.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** Float32's rounding, after another order of additions. */
const TOLERANCE = 3e-6
const ORIGINAL = path.join(GOLDENS, 'end-to-end')
const END_OF_BLOCK = `${'='.repeat(50)}\n`

const child = bundledEngine()
const output = captureOutput()

/** Runs a command of a run on the checkpoint that the original left in a folder. @returns what reads both sides' files */
async function runOn(folder: string, command: string, ...words: string[]) {
  const output_dir = path.join(temporaryFolder(), 'out')
  cpSync(path.join(ORIGINAL, folder), output_dir, {
    recursive: true,
    filter: (file) => !/\.(txt|tsv|json)$/.test(file), // what the command is to write
  })
  const albert = withoutExit(
    albertCommand({
      version: '1.2.3',
      pages_dir: '/none',
      assets_dir: tinyAssets(),
      engine_file: child,
      tensorflow_dir: process.env['ALBERT_TENSORFLOW_DIR'] ?? null,
      data_dir: path.join(temporaryFolder(), 'home'),
    }),
  )
  const all = [
    command,
    `--output_dir=${output_dir}`,
    `--albert_config_file=${path.join(ORIGINAL, 'tiny/albert_config.json')}`,
    `--spm_model_file=${path.join(ORIGINAL, 'tiny/30k-clean.model')}`,
    ...words,
  ]
  await albert.parseAsync(originalSpelling(albert, all), { from: 'user' })
  return (name: string) => ({
    ours: readFileSync(path.join(output_dir, name), 'utf8'),
    theirs: readFileSync(path.join(ORIGINAL, folder, name), 'utf8'),
  })
}

const SQUAD = [
  '--do_predict', '--do_lower_case', '--max_seq_length=40', '--doc_stride=12', '--max_query_length=12', '--n_best_size=4',
  '--max_answer_length=20', '--predict_batch_size=16', '--use_tpu=false', '--predict_feature_file=x',
] // prettier-ignore

test.each([
  ['squad-v1', 'run_squad_v1', 'squad/v1-dev.json', ['nbest_predictions.json']],
  ['squad-v2', 'run_squad_v2', 'squad/v2-dev.json', ['nbest_predictions.json', 'null_odds.json']],
])('%s is answered as by the original', async (folder, command, questions, files) => {
  const file = await runOn(folder, command, `--predict_file=${path.join(GOLDENS, questions)}`, ...SQUAD)
  expect(file('predictions.json').ours).toBe(file('predictions.json').theirs)
  for (const name of files) expectSameButRounding(file(name))
  const { ours, theirs } = file('eval_results.txt') // theirs has a block for each checkpoint of a training
  expect(ours.split(END_OF_BLOCK).at(-1)).toBe(theirs.split(END_OF_BLOCK).at(-1))
  expect(output.said).toContain('Ignored, for it changes nothing here: --use_tpu, --predict_feature_file.')
  expect(output.printed).toMatch(/^exact_match = [\d.]+\nf1 = [\d.]+\n[^]*best_step = 0\n$/)
})

test('race is scored as by the original', async () => {
  const data_dir = temporaryFolder()
  const train = path.join(GOLDENS, 'race/data/RACE/train') // the original was run so, on a copy
  cpSync(train, path.join(data_dir, 'RACE/dev'), { recursive: true })
  const file = await runOn(
    'race', 'run_race', `--data_dir=${data_dir}`, '--nodo_train', '--max_seq_length=36', '--max_qa_length=14',
    '--eval_batch_size=4',
  ) // prettier-ignore
  const block = (text: string) => text.split(END_OF_BLOCK).find((each) => /^global_step = 60$/m.test(each))
  const scores = (text: string) =>
    block(text)
      ?.match(/^(?:eval_\w+|global_step|loss) = .*$/gm)
      ?.join('\n')
  const { ours, theirs } = file('eval_results.txt')
  expectSameButRounding({ ours: scores(ours) ?? '', theirs: scores(theirs) ?? 'no block' })
})

test.each([
  ['mrpc', 'MRPC', 'dev.tsv'],
  ['sts-b', 'STS-B', 'dev.tsv'],
  ['cola', 'CoLA', 'dev.tsv'],
  ['mnli', 'MNLI', 'dev_matched.tsv'],
])('%s is predicted as by the original', async (folder, task, dev) => {
  const data_dir = temporaryFolder()
  cpSync(path.join(GOLDENS, 'classifier/data', task), path.join(data_dir, task), { recursive: true })
  cpSync(path.join(data_dir, task, 'train.tsv'), path.join(data_dir, task, dev)) // as the original was run
  const file = await runOn(
    folder, 'run_classifier', `--task_name=${folder}`, `--data_dir=${data_dir}`, '--do_eval', '--do_predict',
    '--max_seq_length=32', '--eval_batch_size=3', '--predict_batch_size=3',
  ) // prettier-ignore
  expectSameButRounding(file('test_results.tsv'))
  expectSameButRounding(file('submit_results.tsv'))
})

/** The same text but for numbers, which have the same spelling and differ by float32's rounding at most. */
function expectSameButRounding({ ours, theirs }: { ours: string; theirs: string }): void {
  const number = /-?\d+\.\d+(?:e[+-]\d\d)?/g
  expect(ours.replaceAll(number, '#')).toBe(theirs.replaceAll(number, '#'))
  const [found, wanted] = [ours, theirs].map((text) => (text.match(number) ?? []).map(Number))
  expect(largestError(found ?? [], wanted ?? [])).toBeLessThan(TOLERANCE)
}
