// run_squad_v1, run_squad_v2 and run_race from flags to the run that they ask for, with a stand-in for the engine.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RunRequest } from '../../engine/spec/run.ts'
import { GOLDENS } from '../../engine/testing/tensor-dump.ts'
import { temporaryFolder } from '../host/testing/host-fixture.ts'
import type { Program } from '../shell/program.ts'
import { originalSpelling } from './flags.ts'
import { albertCommand, withoutExit } from './program.ts'
import { captureOutput } from './testing/capture-output.ts'
import { newProgram } from './testing/new-program.ts'

const output = captureOutput()

beforeEach(() => {
  process.env['STAND_IN_STEP_MS'] = '0'
})

afterEach(() => {
  delete process.env['STAND_IN']
  delete process.env['STAND_IN_STEP_MS']
})

async function albert(program: Program, ...words: string[]): Promise<void> {
  const command = withoutExit(albertCommand(program))
  for (const each of command.commands) each.configureOutput({ writeErr: () => undefined })
  await command.parseAsync(originalSpelling(command, words), { from: 'user' })
}

const train = path.join(GOLDENS, 'squad/v1-train.json') // 40 questions
const dev = path.join(GOLDENS, 'squad/v1-dev.json')
const TINY = ['--model=sample', '--max_seq_length=100']

/** Runs a command with a new output folder. @returns the request that the engine was given */
async function requestOf(command: string, ...words: string[]): Promise<RunRequest> {
  const output_dir = path.join(temporaryFolder(), 'out')
  await albert(newProgram(), command, `--output_dir=${output_dir}`, ...TINY, ...words)
  return RunRequest.parse(JSON.parse(readFileSync(path.join(output_dir, 'config.json'), 'utf8')))
}

describe('run_squad', () => {
  test('epochs become steps, and the predicted questions measure the checkpoints', async () => {
    const request = await requestOf(
      'run_squad_v1', `--train_file=${train}`, `--predict_file=${dev}`, '--do_train', '--do_predict',
      '--train_batch_size=3', '--predict_batch_size=5', '--doc_stride=20', '--use_einsum=True', '--train_feature_file=a',
    ) // prettier-ignore
    expect(request).toMatchObject({
      task: { name: 'SQuAD-v1.1', splits: { train: { file: train }, dev: { file: dev }, test: null } },
      hyperparameters: { train_step: 40, warmup_step: 4, eval_batch_size: 5, max_seq_length: 100 },
      extractive_qa: { doc_stride: 20, max_query_length: 64, n_best_size: 20, max_answer_length: 30 },
      do_train: true,
      do_eval: true,
      do_predict: false,
    })
    expect(output.said).toContain('Ignored, for it changes nothing here: --train_feature_file, --use_einsum.')
    expect(output.printed).toContain('best_step = 40\n')
  })

  test('steps may be given themselves, and version 2 has its beam', async () => {
    const request = await requestOf(
      'run_squad_v2', `--train_file=${path.join(GOLDENS, 'squad/v2-train.json')}`, '--do_train', '--train_step=7',
      '--start_n_top=3', '--end_n_top=4', '--dropout_prob=0.2',
    ) // prettier-ignore
    expect(request).toMatchObject({
      task: { unanswerable: true, splits: { dev: null, test: null } },
      hyperparameters: { train_step: 7, warmup_step: 0 },
      extractive_qa: { start_n_top: 3, end_n_top: 4, dropout_prob: 0.2 },
      do_eval: false,
    })
  })

  test('questions without answers are answered and not scored', async () => {
    const file = path.join(temporaryFolder(), 'test.json')
    const qas = [{ id: 'a', question: 'Who?' }]
    writeFileSync(file, JSON.stringify({ data: [{ paragraphs: [{ context: 'It was me.', qas }] }] }))
    const request = await requestOf(
      'run_squad_v1',
      `--predict_file=${file}`,
      '--do_predict',
      '--train_step=9',
    )
    expect(request).toMatchObject({
      task: { splits: { dev: null, test: { file } } },
      do_eval: false,
      do_predict: true,
    })
    expect(output.said).toContain(`${file} has no answers`)
  })

  test('the same command goes on; another length of answer is another run', async () => {
    const program = newProgram()
    const output_dir = path.join(temporaryFolder(), 'out')
    const words = [
      'run_squad_v1', `--output_dir=${output_dir}`, `--train_file=${train}`, '--do_train', '--train_step=20', ...TINY,
    ] // prettier-ignore
    process.env['STAND_IN'] = 'fails'
    await expect(albert(program, ...words)).rejects.toThrow('There is no memory left.')
    process.env['STAND_IN'] = 'finishes'
    await albert(program, ...words, '--max_answer_length=7')
    await albert(program, ...words)
    output.printed = ''
    await albert(program, 'jobs', '--json')
    expect((JSON.parse(output.printed) as { status: string }[]).map(({ status }) => status)).toEqual([
      'done',
      'done',
    ])
  })

  test.each([
    [[], 'Give at least one of --do_train and --do_predict'],
    [['--do_train'], '--do_train needs --train_file'],
    [['--do_predict'], '--do_predict needs --predict_file'],
    [['--do_predict', '--predict_file=/none'], 'The SQuAD file /none cannot be read'],
    [['--do_train', `--train_file=${train}`, '--train_batch_size=4000'], 'are less than one step'],
    [['--do_predict', `--predict_file=${dev}`, '--export_dir=x'], '--export_dir is not done by this program'],
    [['--do_predict', `--predict_file=${dev}`, '--start_n_top=3'], 'unknown option'],
    [
      ['--do_predict', `--predict_file=${dev}`, '--max_seq_length=67'],
      '--max_seq_length must be more than 67: --max_query_length 64 and three special pieces. It is 67.',
    ],
    [['--do_predict', `--predict_file=${dev}`, '--max_seq_length=384'], 'max_seq_length 384 is longer than'],
  ])('%j is refused with one sentence', async (words, reason) => {
    const failing = albert(
      newProgram(), 'run_squad_v1', `--output_dir=${temporaryFolder()}`, '--model=sample', ...words,
    ) // prettier-ignore
    await expect(failing).rejects.toThrow(reason)
  })
})

describe('run_race', () => {
  const data_dir = path.join(GOLDENS, 'race/data')

  test('trains and evaluates by default, with the knobs of its script', async () => {
    const request = await requestOf('run_race', `--data_dir=${data_dir}`, '--middle_only', '--num_keep_checkpoint=2', '--train_step=20', '--warmup_step=3') // prettier-ignore
    expect(request).toMatchObject({
      task: { name: 'RACE' },
      hyperparameters: {
        learning_rate: 1e-5,
        save_checkpoints_steps: 100,
        train_step: 20,
        warmup_step: 3,
        keep_checkpoint_max: 2,
      },
      multiple_choice: { max_qa_length: 128, middle_only: true, high_only: false, dropout_prob: 0.1 },
      do_train: true,
      do_eval: true,
      do_predict: false,
    })
  })

  test('a folder with a task.json is a task of its own', async () => {
    const folder = temporaryFolder()
    mkdirSync(path.join(folder, 'mine'))
    cpSync(path.join(data_dir, 'RACE/dev'), path.join(folder, 'mine'), { recursive: true })
    const source = { file: 'mine', header: false, columns: { text_a: 'article' } }
    const task = {
      name: 'mine',
      title: 'Mine',
      kind: 'multiple-choice',
      labels: ['A', 'B', 'C', 'D'],
      splits: { train: source, dev: source, test: null },
      metrics: ['accuracy'],
      best_by: 'accuracy',
    }
    writeFileSync(path.join(folder, 'task.json'), JSON.stringify(task))
    const request = await requestOf(
      'run_race', '--task_name=custom', `--data_dir=${folder}`, '--nodo_train', '--train_step=20', '--warmup_step=3',
    ) // prettier-ignore
    expect(request).toMatchObject({ task: { name: 'mine' }, do_train: false, do_eval: true })
  })

  test.each([
    [['--nodo_train', '--nodo_eval'], 'Give at least one of'],
    [['--high_only', '--middle_only'], 'leave nothing'],
    [['--task_name=rte'], 'RTE is a task of classification; it is run by albert run_classifier'],
    [['--data_dir=/none', '--train_step=1000', '--max_seq_length=100'], 'The train file of'],
  ])('%j is refused with one sentence', async (words, reason) => {
    const failing = albert(
      newProgram(), 'run_race', `--data_dir=${data_dir}`, `--output_dir=${temporaryFolder()}`, '--model=sample', ...words,
    ) // prettier-ignore
    await expect(failing).rejects.toThrow(reason)
  })

  test('run_classifier names the command for it', async () => {
    const failing = albert(
      newProgram(), 'run_classifier', '--task_name=race', `--data_dir=${data_dir}`, '--do_eval',
      `--output_dir=${temporaryFolder()}`, '--model=sample',
    ) // prettier-ignore
    await expect(failing).rejects.toThrow('RACE is a task of multiple-choice; it is run by albert run_race.')
  })
})

test.each([
  ['run_squad_v1', ['--do_predict', `--predict_file=${dev}`, '--train_step=9']],
  ['run_squad_v2', ['--do_train', `--train_file=${train}`, '--optimizer=lamb', '--train_step=9']],
  [
    'run_race',
    [`--data_dir=${path.join(GOLDENS, 'race/data')}`, '--train_step=20', '--warmup_step=3', '--high_only'],
  ],
])('the command that the list gives for a run of %s asks for the same run', async (command, words) => {
  const program = newProgram()
  const output_dir = path.join(temporaryFolder(), 'out')
  const config = () =>
    RunRequest.parse(JSON.parse(readFileSync(path.join(output_dir, 'config.json'), 'utf8')))
  await albert(program, command, `--output_dir=${output_dir}`, ...TINY, ...words)
  const first = config()
  output.printed = ''
  await albert(program, 'jobs', '--json')
  const [{ id }] = JSON.parse(output.printed) as [{ id: string }]
  output.printed = ''
  await albert(program, 'jobs', 'command', id)
  const [, ...again] = output.printed.trim().split(' ')
  await albert(newProgram(), ...again)
  expect({ ...config(), task: null }).toEqual({ ...first, task: null })
  expect(config().task.splits).toEqual(first.task.splits)
})
