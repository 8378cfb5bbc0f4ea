// QNLI: does a sentence answer a question?
import { defineTask, RUN_GLUE } from './define-task.ts'

export const qnli = defineTask({
  name: 'QNLI',
  title: 'Question-answering Natural Language Inference',
  kind: 'classification',
  labels: ['entailment', 'not_entailment'],
  splits: {
    train: { file: 'QNLI/train.tsv', header: true, columns: { guid: 0, text_a: 1, text_b: 2, label: -1 } },
    dev: { file: 'QNLI/dev.tsv', header: true, columns: { guid: 0, text_a: 1, text_b: 2, label: -1 } },
    test: { file: 'QNLI/test.tsv', header: true, columns: { guid: 0, text_a: 1, text_b: 2 } },
  },
  metrics: ['accuracy', 'loss'],
  best_by: 'accuracy',
  submission: 'QNLI.tsv',
  preset: {
    ...RUN_GLUE,
    learning_rate: 1e-5,
    train_step: 33112,
    warmup_step: 1986,
    train_batch_size: 32,
    save_checkpoints_steps: 200,
  },
})
