// A job's request in, its folder with config.json out: what a person finds there says how the run was made.
import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { EngineFailure } from '../../../engine/spec/errors.ts'
import type { RunRequest } from '../../../engine/spec/run.ts'
import { type Said } from '../../../engine/spec/sentences.ts'
import { SplitName } from '../../../engine/spec/task-spec.ts'
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'
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
      say('run-file-gone', { split, name: dataset_name, file }),
      { orFolder: true }, // a split of RACE is one
    )
  }
  const vocabulary = request.model.spm_model_file ?? request.model.vocab_file
  if (vocabulary !== null) {
    await demand(vocabulary, say('run-vocabulary-gone', { file: vocabulary }))
  }
  const { init_checkpoint } = request.model
  if (init_checkpoint !== null && request.do_train) {
    const file = `${init_checkpoint}.index`
    await demand(file, say('run-model-gone', { file }))
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

async function demand(file: string, said: Said, { orFolder = false } = {}): Promise<void> {
  const found = await stat(file).catch(() => undefined)
  const isThere = found?.isFile() === true || (orFolder && found?.isDirectory() === true)
  if (!isThere) throw new EngineFailure({ code: 'file-missing', file, ...said })
}

function asEngineFailure(error: unknown, file: string): unknown {
  if (!(error instanceof HostFailure)) return error
  const { code, message, fault } = error.error
  return new EngineFailure(
    { code: code === 'disk-full' ? code : 'write-failed', file, message, fault },
    { cause: error },
  )
}
