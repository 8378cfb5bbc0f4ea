// MNLI: does the first text entail, contradict or leave open the second? Tested on the genres it is trained on.
import type { TaskSpec } from '../spec/task-spec.ts'
import { defineTask, RUN_GLUE } from './define-task.ts'

export const mnli = mnliTestedOn('matched', {
  name: 'MNLI',
  title: 'Multi-Genre Natural Language Inference, matched',
  submission: 'MNLI-m.tsv',
})

/** One training file, two pairs of files to be measured on: genres that training has, and genres that it has not. */
export function mnliTestedOn(
  genres: 'matched' | 'mismatched',
  own: Pick<TaskSpec, 'name' | 'title' | 'submission'>,
): TaskSpec {
  return defineTask({
    ...own,
    kind: 'classification',
    labels: ['contradiction', 'entailment', 'neutral'],
    splits: {
      train: { file: 'MNLI/train.tsv', header: true, columns: { guid: 0, text_a: 8, text_b: 9, label: -1 } },
      dev: {
        file: `MNLI/dev_${genres}.tsv`,
        header: true,
        columns: { guid: 0, text_a: 8, text_b: 9, label: -1 },
        group_by: 3, // the genre
      },
      test: { file: `MNLI/test_${genres}.tsv`, header: true, columns: { guid: 0, text_a: 8, text_b: 9 } },
    },
    metrics: ['accuracy', 'loss'],
    best_by: 'accuracy',
    preset: {
      ...RUN_GLUE,
      learning_rate: 3e-5,
      train_step: 10000,
      warmup_step: 1000,
      train_batch_size: 128,
      save_checkpoints_steps: 100,
    },
  })
}
