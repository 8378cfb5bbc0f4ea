// RTE: does the first text entail the second?
import { defineTask, RUN_GLUE } from './define-task.ts'

export const rte = defineTask({
  name: 'RTE',
  title: 'Recognizing Textual Entailment',
  kind: 'classification',
  labels: ['entailment', 'not_entailment'],
  splits: {
    train: { file: 'RTE/train.tsv', header: true, columns: { guid: 0, text_a: 1, text_b: 2, label: -1 } },
    dev: { file: 'RTE/dev.tsv', header: true, columns: { guid: 0, text_a: 1, text_b: 2, label: -1 } },
    test: { file: 'RTE/test.tsv', header: true, columns: { guid: 0, text_a: 1, text_b: 2 } },
  },
  metrics: ['accuracy', 'loss'],
  best_by: 'accuracy',
  submission: 'RTE.tsv',
  preset: {
    ...RUN_GLUE,
    learning_rate: 3e-5,
    train_step: 800,
    warmup_step: 200,
    train_batch_size: 32,
    save_checkpoints_steps: 100,
  },
})
