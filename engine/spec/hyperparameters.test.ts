// The defaults of the knobs against those of the original's flags, and the rules between knobs.
import { expect, test } from 'vitest'
import { Hyperparameters, hyperparameterViolations } from './hyperparameters.ts'

test('have the defaults of run_classifier', () => {
  expect(Hyperparameters.parse({})).toEqual({
    max_seq_length: 512,
    do_lower_case: true,
    optimizer: 'adamw',
    learning_rate: 5e-5,
    train_batch_size: 32,
    train_step: 1000,
    warmup_step: 0,
    seed: 12345, // the original has no seed for a run
    save_checkpoints_steps: 1000,
    keep_checkpoint_max: 5,
    eval_batch_size: 8,
    predict_batch_size: 8,
  })
})

test.each([
  ['train_batch_size', 0],
  ['eval_batch_size', -8],
  ['learning_rate', -1e-5],
  ['learning_rate', NaN],
  ['train_step', 1.5],
  ['max_seq_length', '512'],
  ['optimizer', 'sgd'],
  ['do_lower_case', 'yes'],
])('F69: %s of %o is refused at its field', (field, value) => {
  const { error } = Hyperparameters.safeParse({ [field]: value })
  expect(error?.issues.map(({ path }) => path.join('.'))).toEqual([field])
})

test('F69: what only two knobs together can break is told at one of them', () => {
  const values = { ...Hyperparameters.parse({}), warmup_step: 1001 }
  expect(hyperparameterViolations(values, 128).map(({ field }) => field)).toEqual([
    'max_seq_length',
    'warmup_step',
  ])
  expect(hyperparameterViolations({ ...values, warmup_step: 1000 }, 512)).toEqual([])
})
