// SQuAD 1.1: which stretch of the text answers the question? Every question has an answer. Test answers are not public: dev is predicted.
import { defineTask } from './define-task.ts'
import { SQUAD_COLUMNS } from './squad-columns.ts'

export const squadV1 = defineTask({
  name: 'SQuAD-v1.1',
  title: 'Stanford Question Answering Dataset 1.1',
  kind: 'extractive-qa',
  labels: null,
  splits: {
    train: { file: 'SQuAD/train-v1.1.json', header: false, columns: SQUAD_COLUMNS },
    dev: { file: 'SQuAD/dev-v1.1.json', header: false, columns: SQUAD_COLUMNS },
    test: { file: 'SQuAD/dev-v1.1.json', header: false, columns: SQUAD_COLUMNS },
  },
  metrics: ['exact_match', 'f1'],
  best_by: 'f1',
  // The paper's, table 14.
  preset: {
    do_lower_case: true,
    max_seq_length: 384,
    optimizer: 'adamw',
    learning_rate: 5e-5,
    train_step: 3649,
    warmup_step: 365,
    train_batch_size: 48,
    save_checkpoints_steps: 1000,
  },
})
