// A job's request in, its folder with config.json out: what a person finds there says how the run was made.
import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { EngineFailure } from '../../../engine/spec/errors.ts'
import type { RunRequest } from '../../../engine/spec/run.ts'
import { SplitName } from '../../../engine/spec/task-spec.ts'
import { HostFailure } from '../../contract/errors.ts'
import { writeAtomically } from '../storage/atomic-file.ts'
import { storageFailure } from '../storage/storage-failure.ts'

/** Files of a run's folder that the host writes; the engine writes the rest. */
export const runFiles = (output_dir: string) => ({
  config: path.join(output_dir, 'config.json'),
  albert_config: path.join(output_dir, 'albert_config.json'),
  log: path.join(output_dir, 'log.txt'),
})

/** @throws HostFailure `disk-full` or `bad-file`; the system's error otherwise */
export async function writeRunFolder(request: RunRequest): Promise<void> {
  const files = runFiles(request.output_dir)
  try {
    await mkdir(request.output_dir, { recursive: true })
    await writeAtomically(files.config, `${JSON.stringify(request, undefined, 2)}\n`)
    await writeAtomically(
      files.albert_config,
      `${JSON.stringify(request.model.albert_config, undefined, 2)}\n`,
    )
  } catch (error) {
    throw storageFailure(error, request.output_dir)
  }
}

/**
 * What must be there before a process is started for the run.
 * @throws EngineFailure `file-missing`, `disk-full` or `write-failed`
 */
export async function checkBeforeRun(request: RunRequest, dataset_name: string): Promise<void> {
  for (const split of SplitName.options) {
    const source = request.task.splits[split]
    if (source === null || !isRead(request, split)) continue
    const file = path.resolve(request.data_dir, source.file)
    await demand(
      file,
      `The ${split} file of ${dataset_name} is gone: ${file}. It was moved or deleted after it was imported. Put it back, or import the dataset again and start a new run.`,
      { orFolder: true }, // a split of RACE is one
    )
  }
  const vocabulary = request.model.spm_model_file ?? request.model.vocab_file
  if (vocabulary !== null) {
    await demand(
      vocabulary,
      `The vocabulary is gone: ${vocabulary}. Install the program again, or put the file back.`,
    )
  }
  const { init_checkpoint } = request.model
  if (init_checkpoint !== null && request.do_train) {
    await demand(
      `${init_checkpoint}.index`,
      `The model that this run starts from is gone: ${init_checkpoint}.index. Put its files back, or import the model again and start a new run.`,
    )
  }
  try {
    await writeRunFolder(request)
  } catch (error) {
    throw asEngineFailure(error, request.output_dir)
  }
}

function isRead({ do_train, do_eval, do_predict }: RunRequest, split: SplitName): boolean {
  return { train: do_train, dev: do_eval, test: do_predict }[split]
}

async function demand(file: string, message: string, { orFolder = false } = {}): Promise<void> {
  const found = await stat(file).catch(() => undefined)
  const isThere = found?.isFile() === true || (orFolder && found?.isDirectory() === true)
  if (!isThere) throw new EngineFailure({ code: 'file-missing', file, message })
}

function asEngineFailure(error: unknown, file: string): unknown {
  if (!(error instanceof HostFailure)) return error
  const { code, message } = error.error
  return new EngineFailure(
    { code: code === 'disk-full' ? code : 'write-failed', file, message },
    { cause: error },
  )
}
