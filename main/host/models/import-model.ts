// An archive or a folder in, a model in the store out: unpacked, recognised, checked, and there whole or not at all.
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { EngineFailure, type EngineError } from '../../../engine/spec/errors.ts'
import type { GeluReading, ModelReport } from '../../../engine/spec/model-report.ts'
import { HostFailure } from '../../contract/errors.ts'
import { say, type SentenceCode } from '../../contract/sentences.ts'
import type { ModelRecord } from '../../contract/records.ts'
import type { AskOptions } from '../engine/ask-engine.ts'
import { flushFolder, writeAtomically } from '../storage/atomic-file.ts'
import { storageFailure } from '../storage/storage-failure.ts'
import { gatherFolder } from './gather.ts'
import { parameterCount } from '../../../engine/spec/parameter-count.ts'
import { unpackArchive } from './unpack.ts'

export type ImportProgress = {
  phase: 'unpacking' | 'reading' | 'checking' | 'probing'
  /** In bytes; `total` null where that is not known. */
  done: number
  total: number | null
}

export type ImportOptions = {
  /** By default the name of the archive or the folder. */
  name?: string
  /** The line of the catalogue that the files were fetched for. */
  catalogue_id?: string
  gelu?: GeluReading
  signal?: AbortSignal
  onProgress?: (progress: ImportProgress) => void
}

/**
 * `source` is an archive (.tar.gz, .tgz, .tar, .zip) or a folder, told apart by what they are; it is left as it is.
 * @throws HostFailure `bad-file` naming what is wrong or missing, `disk-full`; nothing of the model is left then
 * @throws the signal's reason when it aborts
 */
export type ImportModel = (source: string, options?: ImportOptions) => Promise<ModelRecord>

export type ImportParts = {
  /** Folder of all models. */
  folder: string
  /** Has the engine put the model in `source` into `target` and look at it. */
  takeIn(
    request: { source: string; target: string; gelu: GeluReading },
    options: AskOptions,
  ): Promise<ModelReport>
}

/** The file beside a model's own that says what was found in them: a `ModelReport`. */
export const REPORT_FILE = 'report.json'
/** Where imports in the making lie, inside the folder of all models. */
const PARTIAL = '.partial-'
/** What another program left behind goes after this time, in milliseconds. */
const KEPT = 24 * 60 * 60 * 1000

/** Does what `ImportModel` says, up to the database. */
export async function importModel(
  source: string,
  { folder, takeIn }: ImportParts,
  { name, catalogue_id, gelu = 'refuse', signal = new AbortController().signal, onProgress }: ImportOptions,
): Promise<{ record: ModelRecord; report: ModelReport }> {
  const id = randomUUID()
  const partial = path.join(folder, `${PARTIAL}${id}`)
  const staged = path.join(partial, 'source')
  const target = path.join(partial, 'target')
  try {
    const { isFolder } = await look(source)
    await mkdir(staged, { recursive: true })
    await mkdir(target)
    const bring = isFolder ? gatherFolder : unpackArchive
    await bring(source, staged, {
      signal,
      onProgress: (done, total) => onProgress?.({ phase: 'unpacking', done, total }),
    })
    const report = await takeIn(
      { source: staged, target, gelu },
      { signal, ...(onProgress !== undefined && { onProgress }) },
    )
    await writeAtomically(path.join(target, REPORT_FILE), `${JSON.stringify(report, undefined, 2)}\n`)
    const bytes = await bytesIn(target)
    signal.throwIfAborted()
    await flushFolder(target)
    await rename(target, path.join(folder, id))
    await flushFolder(folder)
    return { record: recordOf(id, name ?? nameOf(source), catalogue_id ?? null, report, bytes), report }
  } catch (error) {
    throw signal.aborted ? error : explained(error, source, partial)
  } finally {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined)
  }
}

/** Removes what imports that were killed have left. */
export async function tidyModels(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(PARTIAL) && !name.startsWith('.removed-')) continue
    const found = await stat(path.join(folder, name)).catch(() => undefined)
    if (found !== undefined && Date.now() - found.mtimeMs > KEPT)
      await rm(path.join(folder, name), { recursive: true, force: true })
  }
}

async function look(source: string): Promise<{ isFolder: boolean }> {
  const found = await stat(source).catch((error: unknown) => {
    throw storageFailure(error, source)
  })
  if (found.isDirectory()) return { isFolder: true }
  if (found.isFile()) return { isFolder: false }
  throw new HostFailure({
    code: 'bad-file',
    file: source,
    line: null,
    column: null,
    ...say('neither-file-nor-folder', { file: source }),
  })
}

function nameOf(source: string): string {
  return path.basename(source).replace(/\.(?:tar\.gz|tgz|tar|zip)$/i, '')
}

/** What the files of a model take; it has no folders. */
async function bytesIn(folder: string): Promise<number> {
  let bytes = 0
  for (const name of await readdir(folder)) bytes += (await stat(path.join(folder, name))).size
  return bytes
}

function recordOf(
  id: string,
  name: string,
  catalogue_id: string | null,
  { albert_config, spm_model_file }: ModelReport,
  bytes: number,
): ModelRecord {
  return {
    id,
    name: name.trim().slice(0, LONGEST_NAME) || id,
    origin: 'imported',
    catalogue_id,
    albert_config,
    tokenizer: spm_model_file === null ? 'wordpiece' : 'sentencepiece',
    parameters: parameterCount(albert_config),
    pretrained: true,
    bytes,
    available: true,
    created_at: Date.now(),
  }
}

const LONGEST_NAME = 100

/** The engine speaks of the copy that it was given; a person knows the source. */
function explained(error: unknown, source: string, partial: string): unknown {
  if (!(error instanceof EngineFailure)) return storageFailure(error, source)
  const message = error.error.message
    .replaceAll(path.join(partial, 'source') + path.sep, '')
    .replaceAll(path.join(partial, 'target') + path.sep, '')
    .replaceAll(path.join(partial, 'source'), source)
    .replaceAll(path.join(partial, 'target'), source)
  if (error.error.code === 'disk-full')
    return new HostFailure({ code: 'disk-full', file: source, message }, { cause: error })
  if (error.error.code === 'internal' || error.error.code === 'engine-exited')
    return new HostFailure({ code: 'internal', message }, { cause: error })
  const field = error.error.code === 'bad-config' ? error.error.field : null
  return new HostFailure(
    {
      code: 'bad-file',
      file: source,
      line: null,
      column: field,
      ...say(sentenceOf(error.error), { detail: message }),
    },
    { cause: error },
  )
}

/** What kind of thing is wrong, for those who do not read the engine's words. */
function sentenceOf({ code }: EngineError): SentenceCode {
  switch (code) {
    case 'file-missing':
      return 'model-lacks-file'
    case 'bad-config':
      return 'model-bad-config'
    case 'bad-vocabulary':
      return 'model-bad-vocabulary'
    case 'bad-checkpoint':
      return 'model-bad-checkpoint'
    default:
      return 'model-refused'
  }
}
