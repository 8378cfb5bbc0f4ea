// The sample: was a sentence of a State of the Union address held up to 1860, or from 1946 on?
import { defineTask } from './define-task.ts'

const columns = { text_a: 'sentence', label: 'label' }

/**
 * The preset trains `assets/configs/sample_albert_config.json` from fresh weights; the figures it reaches are in
 * `engine/decisions/0008-the-sample.md`.
 */
export const sample = defineTask({
  name: 'SAMPLE',
  title: 'Era of a sentence',
  kind: 'classification',
  labels: ['early', 'modern'],
  splits: {
    train: { file: 'train.tsv', header: true, columns },
    dev: { file: 'dev.tsv', header: true, columns },
    test: { file: 'test.tsv', header: true, columns: { text_a: 'sentence' } },
  },
  metrics: ['accuracy', 'loss'],
  best_by: 'accuracy',
  preset: {
    max_seq_length: 64,
    learning_rate: 5e-4,
    train_step: 300,
    warmup_step: 30,
    train_batch_size: 32,
    save_checkpoints_steps: 50,
    eval_batch_size: 32,
    predict_batch_size: 32,
  },
})
