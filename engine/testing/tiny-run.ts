// A folder in, a run small enough for a test out: a vocabulary of a few words, a model of a few thousand weights, eight examples.
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { RunRequest, type RunEvent } from '../spec/run.ts'

const WORDS = ['red', 'green', 'blue', 'cold', 'warm', 'soft', 'hard', 'old', 'new', 'Red']
const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']

const SENTENCES = [
  'red cold soft',
  'green warm hard old',
  'blue new',
  'cold old hard red green',
  'Red warm warm',
  'soft new blue cold',
  'hard',
  'old blue red new soft',
]

export type TinyOptions = {
  kind?: 'classification' | 'regression'
  hyperparameters?: Partial<RunRequest['hyperparameters']>
  albert_config?: Partial<RunRequest['model']['albert_config']>
  init_checkpoint?: string
  runtime?: Partial<RunRequest['runtime']>
}

/** Writes the files of a tiny task below `folder` and asks for a run of all three stages. */
export async function tinyRequest(folder: string, options: TinyOptions = {}): Promise<RunRequest> {
  const { kind = 'classification' } = options
  await mkdir(folder, { recursive: true })
  const label = (row: number) =>
    kind === 'classification' ? ['no', 'yes'][row % 2] : String((row - 3.5) / 2)
  const table = (first: number, end: number) =>
    ['text\tlabel', ...SENTENCES.slice(first, end).map((text, row) => `${text}\t${label(first + row)}`)].join(
      '\n',
    ) + '\n'
  await writeFile(path.join(folder, 'vocab.txt'), [...SPECIAL, ...WORDS].join('\n') + '\n')
  await writeFile(path.join(folder, 'train.tsv'), table(0, 8))
  await writeFile(path.join(folder, 'dev.tsv'), table(0, 8))
  await writeFile(path.join(folder, 'test.tsv'), table(2, 7))
  const split = (file: string) => ({ file, header: true, columns: { text_a: 'text', label: 'label' } })
  return RunRequest.parse({
    task: {
      name: 'tiny',
      title: 'Tiny',
      kind,
      labels: kind === 'classification' ? ['no', 'yes'] : null,
      splits: { train: split('train.tsv'), dev: split('dev.tsv'), test: split('test.tsv') },
      metrics: kind === 'classification' ? ['accuracy'] : ['mse', 'pearson'],
      best_by: kind === 'classification' ? 'accuracy' : 'mse',
    },
    data_dir: folder,
    model: {
      albert_config: {
        vocab_size: SPECIAL.length + WORDS.length,
        embedding_size: 8,
        hidden_size: 16,
        num_hidden_layers: 2,
        num_attention_heads: 2,
        intermediate_size: 32,
        max_position_embeddings: 32,
        initializer_range: 0.1,
        hidden_dropout_prob: 0.1,
        attention_probs_dropout_prob: 0.1,
        ...options.albert_config,
      },
      spm_model_file: null,
      vocab_file: path.join(folder, 'vocab.txt'),
      init_checkpoint: options.init_checkpoint ?? null,
    },
    runtime: options.runtime ?? {},
    hyperparameters: {
      max_seq_length: 16,
      train_batch_size: 4,
      learning_rate: 5e-3,
      train_step: 6,
      save_checkpoints_steps: 3,
      eval_batch_size: 4,
      predict_batch_size: 4,
      ...options.hyperparameters,
    },
    output_dir: path.join(folder, 'output'),
    do_train: true,
    do_eval: true,
    do_predict: true,
  })
}

/** All events of a run that nobody stops. */
export async function eventsOf(run: AsyncGenerator<RunEvent>): Promise<RunEvent[]> {
  const events: RunEvent[] = []
  for await (const event of run) events.push(event)
  return events
}

/** Events of one type, typed. */
export function only<Type extends RunEvent['type']>(
  events: RunEvent[],
  type: Type,
): Extract<RunEvent, { type: Type }>[] {
  return events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type)
}
