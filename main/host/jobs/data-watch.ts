// The data files of a run in; while it goes on, the first that changes is told: what a run measures then belongs to no version of its data.
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { EngineError } from '../../../engine/spec/errors.ts'
import type { RunRequest } from '../../../engine/spec/run.ts'
import { SplitName } from '../../../engine/spec/task-spec.ts'
import { say } from '../../contract/sentences.ts'

/**
 * Looks at size, time and place of every file that the run reads, now and then; a folder counts as its files. What is gone is no
 * change: the run has read it already.
 * @param every milliseconds between two looks
 * @param onChange hears once what was changed, in a sentence that says what next
 * @returns what ends the watch
 */
export function watchData(
  { task, data_dir }: Pick<RunRequest, 'task' | 'data_dir'>,
  every: number,
  onChange: (error: EngineError) => void,
): () => void {
  let before: Map<string, string> | undefined
  let ended = false
  const isEnded = (): boolean => ended
  let looking = false

  const look = async (): Promise<void> => {
    if (looking || isEnded()) return
    looking = true
    try {
      const now = await looksOf(filesOf(task, data_dir))
      const known = before
      before ??= now
      const changed = [...now].find(
        ([file, look]) => known !== undefined && (known.get(file) ?? look) !== look,
      )
      if (changed === undefined || isEnded()) return
      end()
      onChange(changedError(changed[0]))
    } finally {
      looking = false
    }
  }
  const timer = setInterval(() => void look(), every)
  const end = (): void => {
    ended = true
    clearInterval(timer)
  }
  void look()
  return end
}

function filesOf({ splits }: RunRequest['task'], data_dir: string): string[] {
  return SplitName.options.flatMap((split) => {
    const file = splits[split]?.file
    return file === undefined ? [] : [path.resolve(data_dir, file)]
  })
}

/** How each file looks; those of a folder by the folders in it, which change when a file comes or goes. */
async function looksOf(files: readonly string[]): Promise<Map<string, string>> {
  const looks = new Map<string, string>()
  for (const file of files) {
    const found = await stat(file).catch(() => null)
    if (found === null) continue
    looks.set(file, `${found.ino} ${found.size} ${found.mtimeMs}`)
    if (!found.isDirectory()) continue
    for (const name of await readdir(file).catch(() => [])) {
      for (const [below, look] of await looksOf([path.join(file, name), path.join(file, name, 'all.txt')]))
        looks.set(below, look)
    }
  }
  return looks
}

function changedError(file: string): EngineError {
  return { code: 'data-changed', file, ...say('run-data-changed', { file }) }
}
