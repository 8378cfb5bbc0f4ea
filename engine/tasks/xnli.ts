// XNLI: MNLI for other languages; here Chinese, for which there are Chinese models. The original has no reader and no preset for it.
import { defineTask } from './define-task.ts'

export const xnli = defineTask({
  name: 'XNLI',
  title: 'Cross-lingual Natural Language Inference, Chinese',
  kind: 'classification',
  labels: ['contradiction', 'entailment', 'neutral'],
  label_aliases: { contradictory: 'contradiction' },
  // Dev and test hold fifteen languages.
  splits: {
    train: { file: 'XNLI/multinli.train.zh.tsv', header: true, columns: { text_a: 0, text_b: 1, label: 2 } },
    dev: {
      file: 'XNLI/xnli.dev.tsv',
      header: true,
      columns: { text_a: 6, text_b: 7, label: 1 },
      keep_rows: { column: 0, equals: 'zh' },
    },
    test: {
      file: 'XNLI/xnli.test.tsv',
      header: true,
      columns: { text_a: 6, text_b: 7, label: 1 },
      keep_rows: { column: 0, equals: 'zh' },
    },
  },
  metrics: ['accuracy', 'loss'],
  best_by: 'accuracy',
})
