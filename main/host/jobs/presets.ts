// The built-in tasks in, the named sets of knobs that a form can start from out.
import { Hyperparameters } from '../../../engine/spec/hyperparameters.ts'
import {
  EpochSchedule,
  ExtractiveQaHyperparameters,
  MultipleChoiceHyperparameters,
  stepsOf,
} from '../../../engine/spec/kind-hyperparameters.ts'
import type { TaskSpec } from '../../../engine/spec/task-spec.ts'
import { race } from '../../../engine/tasks/race.ts'
import { squadV1 } from '../../../engine/tasks/squad-v1.ts'
import { squadV2 } from '../../../engine/tasks/squad-v2.ts'
import { TASKS } from '../../../engine/tasks/index.ts'
import type { MethodOutput } from '../../contract/host.ts'

type Preset = MethodOutput<'presets.list'>[number]

/** The tasks that the original's script trains; its paper has one more, WNLI. */
const IN_RUN_GLUE = ['SST-2', 'MNLI', 'CoLA', 'QNLI', 'QQP', 'RTE', 'STS-B', 'MRPC']

export function listPresets(sample: TaskSpec): Preset[] {
  const glue = TASKS.filter(
    ({ name, preset }) => IN_RUN_GLUE.includes(name) || (name === 'WNLI' && preset.train_step !== undefined),
  )
  return [
    presetOf(sample, 'sample'),
    ...glue.map((task) =>
      presetOf(task, IN_RUN_GLUE.includes(task.name) ? 'run_glue.sh' : 'paper, table 14'),
    ),
    squadPreset(squadV1, 'run_squad_v1', 87_599),
    squadPreset(squadV2, 'run_squad_v2', 130_319),
    racePreset(),
    paperPreset(squadV1),
    paperPreset(squadV2),
    {
      name: 'defaults',
      title: 'Defaults of run_classifier',
      source: 'run_classifier.py',
      kinds: ['classification', 'regression'],
      hyperparameters: Hyperparameters.parse({}),
    },
  ]
}

function presetOf({ name, title, preset }: TaskSpec, source: string): Preset {
  const kinds: Preset['kinds'] = ['classification', 'regression']
  return { name, title, source, kinds, hyperparameters: Hyperparameters.parse(preset) }
}

/** The values of table 14; the knobs of the kind have their defaults, which are those of the scripts. */
function paperPreset({ name, title, kind, preset }: TaskSpec): Preset {
  return {
    name: `${name}, paper`,
    title,
    source: 'paper, table 14',
    kinds: [kind],
    hyperparameters: Hyperparameters.parse(preset),
    extractive_qa: ExtractiveQaHyperparameters.parse({}),
  }
}

/**
 * The command that the original's README shows for SQuAD, the same for both versions.
 * @param questions of the training file, which the steps of a schedule in epochs follow from
 */
function squadPreset({ name, title, kind }: TaskSpec, script: string, questions: number): Preset {
  const schedule = EpochSchedule.parse({ num_train_epochs: 2, warmup_proportion: 0.1 })
  const train_batch_size = 48
  return {
    name,
    title: `${title}: ${script}`,
    source: `${script}.py`,
    kinds: [kind],
    hyperparameters: Hyperparameters.parse({
      do_lower_case: true,
      max_seq_length: 384,
      learning_rate: 5e-5,
      train_batch_size,
      predict_batch_size: 8,
      save_checkpoints_steps: 5000,
      ...stepsOf(schedule, questions, train_batch_size),
    }),
    schedule,
    extractive_qa: ExtractiveQaHyperparameters.parse({
      doc_stride: 128,
      max_query_length: 64,
      n_best_size: 20,
      max_answer_length: 30,
    }),
  }
}

/** The command that the original's README shows for RACE. */
function racePreset(): Preset {
  return {
    name: race.name,
    title: `${race.title}: run_race`,
    source: 'run_race.py',
    kinds: [race.kind],
    hyperparameters: Hyperparameters.parse({
      max_seq_length: 512,
      train_batch_size: 32,
      eval_batch_size: 8,
      learning_rate: 1e-5,
      train_step: 12000,
      warmup_step: 1000,
      save_checkpoints_steps: 100,
    }),
    multiple_choice: MultipleChoiceHyperparameters.parse({ max_qa_length: 128 }),
  }
}
