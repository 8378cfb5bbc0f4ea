// --train_file and --predict_file in, the SQuAD task over these files out, and how long a schedule in epochs is.
import { dirname, resolve } from 'node:path'
import { readSquad } from '../../engine/data/squad/read-squad.ts'
import { stepsOf, type EpochSchedule } from '../../engine/spec/kind-hyperparameters.ts'
import type { TaskSpec } from '../../engine/spec/task-spec.ts'
import { usageFailure } from './failure.ts'
import type { ChosenTask } from './task-flags.ts'

type SquadFiles = ChosenTask & {
  /** Whether the predicted questions have answers to be measured by; without, they are answered only. */
  is_scored: boolean
}

/** @throws CommandFailure that names the flag; EngineFailure for a file that cannot be used */
export async function squadFiles(
  task: TaskSpec,
  values: Record<string, unknown>,
  { do_train, do_predict }: { do_train: boolean; do_predict: boolean },
): Promise<SquadFiles> {
  if (!do_train && !do_predict) throw usageFailure('Give at least one of --do_train and --do_predict.')
  const train = fileFor('train_file', 'do_train', values, do_train)
  const predict = fileFor('predict_file', 'do_predict', values, do_predict)
  const is_scored = predict !== null && (await hasAnswers(predict))
  const columns = (task.splits.dev ?? task.splits.train)?.columns
  if (columns === undefined) throw new Error(`${task.name} names no columns.`)
  const source = (file: string | null) => (file === null ? null : { file, header: false, columns })
  return {
    task: {
      ...task,
      splits: {
        train: source(train),
        dev: is_scored ? source(predict) : null,
        test: is_scored ? null : source(predict),
      },
    },
    data_dir: dirname(predict ?? train ?? '.'),
    dataset_name: task.title,
    is_scored,
  }
}

/**
 * The steps of a training, of --train_step and --warmup_step or of the schedule in epochs.
 * @throws CommandFailure where there is less than one
 */
export async function squadSteps(
  { task: { splits } }: ChosenTask,
  schedule: EpochSchedule,
  train_batch_size: number,
  { train_step, warmup_step }: { train_step?: number; warmup_step?: number },
): Promise<{ train_step: number; warmup_step: number }> {
  if (train_step !== undefined) {
    return { train_step, warmup_step: warmup_step ?? Math.trunc(train_step * schedule.warmup_proportion) }
  }
  const file = splits.train?.file ?? ''
  const { length } = await readSquad(file, { training: true })
  const steps = stepsOf(schedule, length, train_batch_size)
  if (steps.train_step < 1) {
    throw usageFailure(
      `${length} questions of ${file} in batches of ${train_batch_size}, ${schedule.num_train_epochs} times over, are less than one step; raise --num_train_epochs or lower --train_batch_size.`,
    )
  }
  return { ...steps, ...(warmup_step === undefined ? {} : { warmup_step }) }
}

/** @throws CommandFailure where a question of full length would leave no piece of the context in a window */
export function expectRoom({
  max_seq_length,
  max_query_length,
}: {
  max_seq_length: number
  max_query_length: number
}): void {
  const taken = max_query_length + 3
  if (max_seq_length > taken) return
  throw usageFailure(
    `--max_seq_length must be more than ${taken}: --max_query_length ${max_query_length} and three special pieces. It is ${max_seq_length}.`,
  )
}

function fileFor(
  name: 'train_file' | 'predict_file',
  wish: string,
  values: Record<string, unknown>,
  wished: boolean,
): string | null {
  if (!wished) return null
  const given = values[name]
  if (typeof given !== 'string' || given === '') throw usageFailure(`--${wish} needs --${name}.`)
  return resolve(given)
}

async function hasAnswers(file: string): Promise<boolean> {
  const questions = await readSquad(file, { training: false })
  if (questions.some(({ answers, is_impossible }) => answers.length > 0 || is_impossible)) return true
  process.stderr.write(`${file} has no answers: its questions are answered, and nothing is scored.\n`)
  return false
}
