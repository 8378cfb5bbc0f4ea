// Every task file is in the list, and the presets are those of run_glue.sh.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { Hyperparameters, hyperparameterViolations } from '../spec/hyperparameters.ts'
import { TASKS, taskNamed } from './index.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))

it('forgets no file', () => {
  const index = readFileSync(`${folder}index.ts`, 'utf8')
  const files = readdirSync(folder).filter(
    (name) => name.endsWith('.ts') && !/\.test\.ts$|^(index|define-task|squad-columns)\.ts$/.test(name),
  )
  expect(files.length).toBeGreaterThanOrEqual(12)
  for (const file of files) expect(index, file).toContain(`'./${file}'`)
})

it('finds a task whatever the case of its name', () => {
  for (const task of TASKS) expect(taskNamed(task.name.toUpperCase())).toBe(task)
  expect(new Set(TASKS.map(({ name }) => name.toLowerCase())).size).toBe(TASKS.length)
  expect(taskNamed('nothing')).toBe(null)
})

it('chooses the best checkpoint by a metric that is measured', () => {
  for (const { name, metrics, best_by } of TASKS) expect(metrics, name).toContain(best_by)
})

it('chooses by the metric of the original', () => {
  const keys = { CoLA: 'matthews', 'STS-B': 'pearson', 'SQuAD-v1.1': 'f1', 'SQuAD-v2.0': 'f1' }
  for (const name of ['SST-2', 'MRPC', 'QQP', 'MNLI', 'MisMNLI', 'QNLI', 'RTE', 'WNLI', 'RACE'])
    expect(taskNamed(name)?.best_by, name).toBe('accuracy')
  for (const [name, key] of Object.entries(keys)) expect(taskNamed(name)?.best_by, name).toBe(key)
})

it('has presets that are a whole, valid set of knobs', () => {
  for (const { preset, name } of TASKS)
    expect(hyperparameterViolations(Hyperparameters.parse(preset), 512), name).toEqual([])
})

it.each([
  ['sst-2', 1256, 1e-5, 20935, 100, 32],
  ['mnli', 1000, 3e-5, 10000, 100, 128],
  ['cola', 320, 1e-5, 5336, 100, 16],
  ['qnli', 1986, 1e-5, 33112, 200, 32],
  ['qqp', 1000, 5e-5, 14000, 100, 128],
  ['rte', 200, 3e-5, 800, 100, 32],
  ['sts-b', 214, 2e-5, 3598, 100, 16],
  ['mrpc', 200, 2e-5, 800, 100, 32],
])(
  '%s has the values of run_glue.sh',
  (name, warmup_step, learning_rate, train_step, save_checkpoints_steps, train_batch_size) => {
    expect(taskNamed(name)?.preset).toMatchObject({
      do_lower_case: true,
      max_seq_length: 512,
      optimizer: 'adamw',
      warmup_step,
      learning_rate,
      train_step,
      save_checkpoints_steps,
      train_batch_size,
    })
  },
)

it.each([
  ['wnli', 2e-5, 16, 2000, 250, 512],
  ['squad-v1.1', 5e-5, 48, 3649, 365, 384],
  ['squad-v2.0', 3e-5, 48, 8144, 814, 512],
  ['race', 1e-5, 32, 12000, 1000, 512], // the paper's 2e-5 is for version 1; version 2 diverges with it
])(
  '%s has the values of the paper’s table 14',
  (name, learning_rate, train_batch_size, train_step, warmup_step, max_seq_length) => {
    expect(taskNamed(name)?.preset).toMatchObject({
      learning_rate,
      train_batch_size,
      train_step,
      warmup_step,
      max_seq_length,
    })
  },
)
