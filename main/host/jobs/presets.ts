// The built-in tasks in, the named sets of knobs that a form can start from out.
import { Hyperparameters } from '../../../engine/spec/hyperparameters.ts'
import type { TaskSpec } from '../../../engine/spec/task-spec.ts'
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
    {
      name: 'defaults',
      title: 'Defaults of run_classifier',
      source: 'run_classifier.py',
      hyperparameters: Hyperparameters.parse({}),
    },
  ]
}

function presetOf({ name, title, preset }: TaskSpec, source: string): Preset {
  return { name, title, source, hyperparameters: Hyperparameters.parse(preset) }
}
