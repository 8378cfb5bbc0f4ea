// AX: the diagnostic set of GLUE, for predictions by a model that was trained on MNLI.
import { defineTask, RUN_GLUE } from './define-task.ts'

export const ax = defineTask({
  name: 'AX',
  title: 'GLUE diagnostics',
  kind: 'classification',
  labels: ['contradiction', 'entailment', 'neutral'],
  splits: {
    train: null,
    dev: null,
    test: { file: 'diagnostic/diagnostic.tsv', header: true, columns: { guid: 0, text_a: 1, text_b: 2 } },
  },
  metrics: ['matthews', 'accuracy', 'loss'],
  best_by: 'matthews',
  submission: 'AX.tsv',
  preset: RUN_GLUE,
})
