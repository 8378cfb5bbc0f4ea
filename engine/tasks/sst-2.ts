// SST-2: is what a film review says good or bad?
import { defineTask, RUN_GLUE } from './define-task.ts'

export const sst2 = defineTask({
  name: 'SST-2',
  title: 'Stanford Sentiment Treebank, two classes',
  kind: 'classification',
  labels: ['0', '1'],
  splits: {
    train: { file: 'SST-2/train.tsv', header: true, columns: { guid: null, text_a: 0, label: 1 } },
    dev: { file: 'SST-2/dev.tsv', header: true, columns: { guid: null, text_a: 0, label: 1 } },
    test: { file: 'SST-2/test.tsv', header: true, columns: { guid: 0, text_a: 1 } },
  },
  metrics: ['accuracy', 'loss'],
  best_by: 'accuracy',
  submission: 'SST-2.tsv',
  preset: {
    ...RUN_GLUE,
    learning_rate: 1e-5,
    train_step: 20935,
    warmup_step: 1256,
    train_batch_size: 32,
    save_checkpoints_steps: 100,
  },
})
