// A task and the name of a split in, its examples out. The first row that cannot be trained on ends the reading.
import { EngineFailure } from '../spec/errors.ts'
import type { EngineError } from '../spec/errors.ts'
import { say } from '../spec/sentences.ts'
import type { SplitName, TaskSpec } from '../spec/task-spec.ts'
import type { Example } from './example.ts'
import { saidFault, type Fault } from './fault.ts'
import { splitParts } from './split-rows.ts'

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
  for await (const examples of readSplitParts(task, split, data_dir, signal)) yield* examples
}

/** The same some hundred kilobytes at a time: to wait for each of millions of examples costs as much as to read it. */
export async function* readSplitParts(
  task: TaskSpec,
  split: SplitName,
  data_dir: string,
  signal?: AbortSignal,
): AsyncGenerator<Example[]> {
  let count = 0
  for await (const rows of splitParts(task, split, data_dir, { signal })) {
    const examples: Example[] = []
    for (const { example, faults } of rows) {
      const fault = faults.find(({ severity }) => severity === 'error')
      if (fault) {
        yield examples
        throw new EngineFailure(errorOf(fault))
      }
      if (example !== null) examples.push(example)
    }
    count += examples.length
    if (examples.length > 0) yield examples
  }
  if (count > 0) return
  const file = task.splits[split]?.file ?? ''
  const said = say('file-without-examples', { file, task: task.name })
  throw new EngineFailure({ code: 'empty-file', file, ...said })
}

function errorOf(found: Fault): EngineError {
  const { code, file, line, column, value, message } = found
  const fault = saidFault(code, found)
  if (code === 'unknown-label') return { code, file, line, column, label: value ?? '', message, fault }
  return { code: 'bad-row', file, line, column, message, fault }
}
