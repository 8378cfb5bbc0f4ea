// run_classifier from flags to files with a stand-in for the engine: what it asks of the host, what it prints, how it ends.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { root, rows, startHost, temporaryFolder } from '../host/testing/host-fixture.ts'
import type { Program } from '../shell/program.ts'
import { CommandFailure } from './failure.ts'
import { originalSpelling } from './flags.ts'
import { albertCommand, withoutExit } from './program.ts'
import { captureOutput } from './testing/capture-output.ts'
import { newProgram } from './testing/new-program.ts'

const output = captureOutput()

afterEach(() => {
  delete process.env['STAND_IN']
})

async function albert(program: Program, ...words: string[]): Promise<void> {
  const command = withoutExit(albertCommand(program))
  await command.parseAsync(originalSpelling(command, words), { from: 'user' })
}

/** A dataset as the import leaves it: its files and task.json. */
function ownDataset(): string {
  const folder = temporaryFolder()
  const columns = { guid: null, text_a: 'sentence', text_b: null, label: 'label' }
  const file = (name: string) => ({ file: name, header: true, columns })
  const task = {
    name: 'era',
    title: 'Early or modern?',
    kind: 'classification',
    labels: ['early', 'modern'],
    splits: { train: file('train.tsv'), dev: file('dev.tsv'), test: null },
    metrics: ['accuracy'],
    best_by: 'accuracy',
  }
  writeFileSync(path.join(folder, 'task.json'), JSON.stringify(task))
  for (const split of ['train', 'dev']) writeFileSync(path.join(folder, `${split}.tsv`), rows(20))
  return folder
}

const knobs = ['--max_seq_length=32', '--train_step=20', '--save_checkpoints_steps=5']

test('a run leaves its files where it was told, prints its scores, and stands in the list', async () => {
  const program = newProgram()
  const output_dir = path.join(temporaryFolder(), 'out')
  await albert(
    program, 'run_classifier', '--task_name=custom', '--data_dir', ownDataset(), '--output_dir', output_dir,
    '--model=sample', '--do_train', '--do_eval', '--use_tpu', '--tpu_name=x', ...knobs,
  ) // prettier-ignore
  expect(output.printed).toBe('accuracy = 0.5\nbest_step = 20\n')
  expect(output.said).toContain('Ignored, for it changes nothing here: --use_tpu, --tpu_name.')
  expect(output.said).toContain('step 20, dev: accuracy 0.5000')
  expect(existsSync(path.join(output_dir, 'config.json'))).toBe(true)

  output.printed = ''
  await albert(program, 'jobs', '--json')
  expect(JSON.parse(output.printed)).toMatchObject([
    {
      origin: 'command-line',
      status: 'done',
      task: { name: 'era' },
      model_name: 'Tiny',
      hyperparameters: { train_step: 20, max_seq_length: 32, seed: 12345 },
    },
  ])
  const { host } = await startHost({ data_dir: program.data_dir, assets_dir: program.assets_dir })
  const [job] = await host.handlers['jobs.list']({})
  expect((await host.handlers['jobs.history']({ job_id: job?.id ?? '' })).points).toHaveLength(20)
})

test('--dry_run says what the run would take, and leaves nothing behind; what does not fit is a failure', async () => {
  const program = newProgram()
  const output_dir = path.join(temporaryFolder(), 'out')
  const words = [
    'run_classifier', '--task_name=custom', '--data_dir', ownDataset(), '--output_dir', output_dir,
    '--model=sample', '--do_train', '--do_eval', '--dry_run', '--train_batch_size=4', ...knobs,
  ] // prettier-ignore
  await albert(program, ...words)
  expect(output.printed).toContain('About 0.1 GB of memory; the run may take 16.0 GB.\n')
  expect(output.printed).toContain(
    'About 3 s of training and 1 s of evaluating, without starting and saving.\n',
  )
  expect(output.printed).toContain('Batches have 4 × 32 places (packed).\n')
  expect(existsSync(output_dir)).toBe(false)
  output.printed = ''
  await albert(program, 'jobs', '--json')
  expect(JSON.parse(output.printed)).toEqual([])
  output.printed = ''
  await albert(program, ...words, '--json')
  // before the first of 20 steps and after each five: 20 rows at a million multiplications each, 10⁹ a second
  expect(JSON.parse(output.printed)).toMatchObject({ seconds: { evaluating: (5 * 20 * 1e6) / 1e9 } })
  await expect(albert(program, ...words, '--memory_gb=0.1')).rejects.toThrow(
    'The run needs about 0.1 GB of memory and may take 0.1 GB. Each of these alone fits: --train_batch_size=1.',
  )
})

test('the same command goes on with what it began', async () => {
  const program = newProgram()
  const words = [
    'run_classifier', '--task_name=era', `--data_dir=${ownDataset()}`, '--model=sample', '--do_train', '--do_eval',
    `--output_dir=${path.join(temporaryFolder(), 'out')}`, ...knobs,
  ] // prettier-ignore
  process.env['STAND_IN'] = 'fails'
  await expect(albert(program, ...words)).rejects.toThrow('There is no memory left.')
  process.env['STAND_IN'] = 'finishes'
  await albert(program, ...words)
  output.printed = ''
  await albert(program, 'jobs', '--json')
  expect(JSON.parse(output.printed)).toMatchObject([{ status: 'done' }])
})

test('a signal saves, says how to go on, and is exit code 130', async () => {
  const program = newProgram()
  const before = process.listeners('SIGINT')
  const running = albert(
    program, 'run_classifier', '--task_name=era', `--data_dir=${ownDataset()}`, '--model=sample', '--do_train',
    `--output_dir=${path.join(temporaryFolder(), 'out')}`, '--train_step=100000', '--max_seq_length=32',
  ) // prettier-ignore
  const ended = running.catch((cause: unknown) => cause)
  await vi.waitUntil(() => output.said.includes('training'), { timeout: 50_000 })
  process.listeners('SIGINT').find((listener) => !before.includes(listener))?.('SIGINT')
  const failure = await ended
  expect(failure).toBeInstanceOf(CommandFailure)
  expect(failure).toMatchObject({
    exit_code: 130,
    message: expect.stringMatching(/^Saved at step \d+\. Go on with: albert jobs resume \S+$/) as string,
  })
  expect(process.listeners('SIGINT')).toEqual(before)
})

test('an imported dataset is named without a folder', async () => {
  const program = newProgram()
  const file = path.join(temporaryFolder(), 'mine.tsv')
  writeFileSync(file, rows(40))
  await albert(program, 'datasets', 'import', file, '--text_a=sentence', '--label=label', '--name=My data')
  expect(output.printed).toContain('My data is imported')
  const output_dir = path.join(temporaryFolder(), 'out')
  output.printed = ''
  await albert(
    program, 'run_classifier', '--task_name=My data', `--output_dir=${output_dir}`, '--model=sample', '--do_train', '--do_eval',
    '--json', ...knobs,
  ) // prettier-ignore
  expect(JSON.parse(output.printed)).toMatchObject({ output_dir, result: { best_step: 20 } })
})

test.each([
  [['--task_name=era'], 'Give at least one of --do_train'],
  [['--task_name=era', '--do_train'], 'There is no imported dataset era'],
  [['--task_name=nothing', '--do_train', '--data_dir=/'], 'There is no task nothing; choose one of CoLA'],
  [['--task_name=custom', '--do_train', '--data_dir=/'], 'has no task.json'],
  [['--task_name=rte', '--do_train', '--data_dir=/'], 'Give --albert_config_file'],
  [['--task_name=rte', '--do_train', '--data_dir=/', '--model=none'], 'There is no model none'],
  [
    ['--task_name=rte', '--do_train', '--data_dir=/', '--albert_config_file=/none'],
    'Give either --spm_model_file or --vocab_file',
  ],
  [
    ['--task_name=rte', '--do_train', '--data_dir=/', '--albert_config_file=/none', '--vocab_file=/none'],
    '--vocab_file: /none cannot be read',
  ],
  [
    ['--task_name=rte', '--do_train', '--data_dir=/', '--model=sample', '--max_seq_length=512'],
    'max_seq_length 512 is longer than',
  ],
  [['--task_name=rte', '--do_train', '--export_dir=x'], '--export_dir is not done by this program'],
])('%j is refused with one sentence', async (words, reason) => {
  const failing = albert(newProgram(), 'run_classifier', `--output_dir=${temporaryFolder()}`, ...words)
  await expect(failing).rejects.toThrow(reason)
})

test('a damaged task.json or config names its place', async () => {
  const program = newProgram()
  const data_dir = ownDataset()
  const config = path.join(temporaryFolder(), 'albert_config.json')
  writeFileSync(config, '{"vocab_size": "many"}')
  const words = [
    'run_classifier',
    '--task_name=custom',
    `--data_dir=${data_dir}`,
    '--do_train',
    `--output_dir=${temporaryFolder()}`,
  ]
  await expect(
    albert(program, ...words, `--albert_config_file=${config}`, `--vocab_file=${config}`),
  ).rejects.toThrow(`${config} is no ALBERT config: vocab_size`)
  writeFileSync(config, '{"vocab_size": 9, "__proto__": {"hidden_size": 4}}')
  await expect(
    albert(program, ...words, `--albert_config_file=${config}`, `--vocab_file=${config}`),
  ).rejects.toThrow(`${config} is no ALBERT config: it has a field __proto__`)
  mkdirSync(data_dir, { recursive: true })
  writeFileSync(path.join(data_dir, 'task.json'), '{')
  await expect(albert(program, ...words, '--model=sample')).rejects.toThrow(
    'task.json is no description of a task',
  )
})

test('run_glue trains each task with the knobs of its script, and a failing one does not end the others', async () => {
  const program = newProgram()
  const output_dir = path.join(temporaryFolder(), 'out')
  const data_dir = path.join(root, 'engine/testing/goldens/classifier/data')
  const failing = albert(
    program, 'run_glue', `--data_dir=${data_dir}`, `--output_dir=${output_dir}`, '--tasks=RTE,mrpc,WNLI', '--model=sample',
    '--max_seq_length=32', '--train_step=210', '--json',
  ) // prettier-ignore
  await expect(failing).rejects.toThrow('WNLI failed') // its warm-up is longer than 210 steps
  const results = JSON.parse(output.printed) as unknown[]
  expect(results).toMatchObject([
    { task: 'RTE', result: { best_step: 210 }, failure: null },
    { task: 'MRPC', result: { best_step: 210 }, failure: null },
    {
      task: 'WNLI',
      result: null,
      failure: expect.stringContaining('warmup_step 250 is more than train_step 210') as string,
    },
  ])
  output.printed = ''
  await albert(program, 'jobs', '--json')
  expect(JSON.parse(output.printed)).toMatchObject([
    {
      name: 'GLUE, RTE',
      hyperparameters: { learning_rate: 3e-5, warmup_step: 200, train_step: 210, max_seq_length: 32 },
    },
    { name: 'GLUE, MRPC', hyperparameters: { learning_rate: 2e-5, warmup_step: 200 } },
  ])
})
