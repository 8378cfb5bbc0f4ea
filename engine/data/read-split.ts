// A task and the name of a split in, its examples out. The first row that cannot be trained on ends the reading.
import { EngineFailure } from '../spec/errors.ts'
import type { EngineError } from '../spec/errors.ts'
import type { SplitName, TaskSpec } from '../spec/task-spec.ts'
import type { Example } from './example.ts'
import type { Fault } from './fault.ts'
import { splitRows } from './split-rows.ts'

export type { Example } from './example.ts'

/**
 * @param data_dir the folder that the task's file names start from
 * @throws EngineFailure `bad-row` or `unknown-label` with file, line and column; `empty-file`, `file-missing`, `bad-config`
 */
export async function* readSplit(
  task: TaskSpec,
  split: SplitName,
  data_dir: string,
  signal?: AbortSignal,
): AsyncGenerator<Example> {
  let examples = 0
  for await (const { example, faults } of splitRows(task, split, data_dir, signal)) {
    const fault = faults.find(({ severity }) => severity === 'error')
    if (fault) throw new EngineFailure(errorOf(fault))
    if (example === null) continue
    examples++
    yield example
  }
  if (examples > 0) return
  const file = task.splits[split]?.file ?? ''
  const message = `${file} holds no row that ${task.name} reads: every one is left out by the task's own rule. Choose another file.`
  throw new EngineFailure({ code: 'empty-file', file, message })
}

function errorOf({ code, file, line, column, value, message }: Fault): EngineError {
  if (code === 'unknown-label') return { code, file, line, column, label: value ?? '', message }
  return { code: 'bad-row', file, line, column, message }
}
