// MNLI mismatched: trained as MNLI, tested on genres that training does not have.
import { defineTask, RUN_GLUE } from './define-task.ts'

export const mismnli = defineTask({
  name: 'MisMNLI',
  title: 'Multi-Genre Natural Language Inference, mismatched',
  kind: 'classification',
  labels: ['contradiction', 'entailment', 'neutral'],
  splits: {
    train: { file: 'MNLI/train.tsv', header: true, columns: { guid: 0, text_a: 8, text_b: 9, label: -1 } },
    dev: {
      file: 'MNLI/dev_mismatched.tsv',
      header: true,
      columns: { guid: 0, text_a: 8, text_b: 9, label: -1 },
      group_by: 3, // the genre
    },
    test: { file: 'MNLI/test_mismatched.tsv', header: true, columns: { guid: 0, text_a: 8, text_b: 9 } },
  },
  metrics: ['accuracy', 'loss'],
  best_by: 'accuracy',
  submission: 'MNLI-mm.tsv',
  // run_glue.sh leaves the mismatched files out; training is that of MNLI.
  preset: {
    ...RUN_GLUE,
    learning_rate: 3e-5,
    train_step: 10000,
    warmup_step: 1000,
    train_batch_size: 128,
    save_checkpoints_steps: 100,
  },
})
