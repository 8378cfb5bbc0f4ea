// --task_name and --data_dir in, the task and the folder of its files out.
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { taskNamed, TASKS } from '../../engine/tasks/index.ts'
import { TaskSpec, type TaskKind } from '../../engine/spec/task-spec.ts'
import type { HostClient } from '../contract/host.ts'
import { placesIn } from '../host/storage/paths.ts'
import { CommandFailure, usageFailure } from './failure.ts'

export type ChosenTask = { task: TaskSpec; data_dir: string; dataset_name: string }

/**
 * A folder with a `task.json` is a dataset of its own, as the import writes it; otherwise the name is that of a built-in
 * task below the folder; without a folder it is an imported dataset.
 * @param home the program's data folder
 * @throws CommandFailure
 */
export async function taskFrom(
  values: Record<string, unknown>,
  client: HostClient,
  home: string,
): Promise<ChosenTask> {
  const name = String(values['task_name'])
  if (typeof values['data_dir'] !== 'string') return importedDataset(name, client, home)
  return taskIn(resolve(values['data_dir']), name)
}

/** @throws CommandFailure */
export async function taskIn(data_dir: string, name: string): Promise<ChosenTask> {
  const own = await taskFile(data_dir)
  if (own !== null && (name.toLowerCase() === 'custom' || name.toLowerCase() === own.name.toLowerCase())) {
    return { task: own, data_dir, dataset_name: own.title }
  }
  const task = taskNamed(name)
  if (task !== null) return { task, data_dir, dataset_name: task.title }
  if (own !== null) throw usageFailure(`${join(data_dir, 'task.json')} describes ${own.name}, not ${name}.`)
  if (name.toLowerCase() === 'custom') {
    throw usageFailure(`${data_dir} has no task.json. Import the files first: albert datasets import --help`)
  }
  const known = TASKS.map((each) => each.name).join(', ')
  throw usageFailure(
    `There is no task ${name}; choose one of ${known}, or custom with a folder that has a task.json.`,
  )
}

/** The commands that train each kind of task. */
const COMMANDS: Record<TaskKind, string> = {
  classification: 'run_classifier',
  regression: 'run_classifier',
  'extractive-qa': 'run_squad_v1 or run_squad_v2',
  'multiple-choice': 'run_race',
}

/** @throws CommandFailure that names the command for the task */
export function expectKind({ name, kind }: TaskSpec, kinds: readonly TaskKind[]): void {
  if (kinds.includes(kind)) return
  throw usageFailure(`${name} is a task of ${kind}; it is run by albert ${COMMANDS[kind]}.`)
}

async function importedDataset(name: string, client: HostClient, home: string): Promise<ChosenTask> {
  const datasets = await client.call('datasets.list', {})
  const found = datasets.filter((dataset) => dataset.id === name || dataset.name === name)
  const [dataset] = found
  if (dataset === undefined) {
    const names = datasets.map((each) => each.name).join(', ')
    throw usageFailure(
      `There is no imported dataset ${name}${names && `; there is ${names}`}. Give --data_dir for a built-in task.`,
    )
  }
  if (found.length > 1) {
    const ids = found.map((each) => each.id).join(', ')
    throw usageFailure(`Several datasets are called ${name}; name one by its id: ${ids}.`)
  }
  if (!dataset.available) throw new CommandFailure(`The files of ${dataset.name} are gone; import it again.`)
  return {
    task: dataset.task,
    data_dir: join(placesIn(home).datasets, dataset.id),
    dataset_name: dataset.name,
  }
}

async function taskFile(data_dir: string): Promise<TaskSpec | null> {
  const file = join(data_dir, 'task.json')
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch {
    return null
  }
  const parsed = TaskSpec.safeParse(json(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new CommandFailure(
    `${file} is no description of a task: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'unreadable'}.`,
  )
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
