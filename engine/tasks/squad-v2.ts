// SQuAD 2.0: as 1.1, but half of the questions have no answer in the text. Test answers are not public: dev is predicted.
import { defineTask } from './define-task.ts'
import { SQUAD_COLUMNS } from './squad-columns.ts'

export const squadV2 = defineTask({
  name: 'SQuAD-v2.0',
  title: 'Stanford Question Answering Dataset 2.0',
  kind: 'extractive-qa',
  labels: null,
  unanswerable: true,
  splits: {
    train: { file: 'SQuAD/train-v2.0.json', header: false, columns: SQUAD_COLUMNS },
    dev: { file: 'SQuAD/dev-v2.0.json', header: false, columns: SQUAD_COLUMNS },
    test: { file: 'SQuAD/dev-v2.0.json', header: false, columns: SQUAD_COLUMNS },
  },
  metrics: ['exact_match', 'f1'],
  best_by: 'f1',
  // The paper's, table 14.
  preset: {
    do_lower_case: true,
    max_seq_length: 512,
    optimizer: 'adamw',
    learning_rate: 3e-5,
    train_step: 8144,
    warmup_step: 814,
    train_batch_size: 48,
    save_checkpoints_steps: 1000,
  },
})
