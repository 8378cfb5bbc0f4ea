// What the window asks about models in, what becomes of them out.
import { randomUUID } from 'node:crypto'
import { link, mkdir, rm, copyFile } from 'node:fs/promises'
import path from 'node:path'
import { EngineFailure } from '../../../engine/spec/errors.ts'
import type { EngineQuestion, Histogram } from '../../../engine/spec/model-report.ts'
import { loadTokenizer } from '../../../engine/text/tokenizer.ts'
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'
import type { HostHandlers } from '../../contract/host.ts'
import type { modelMethods } from '../../contract/models.ts'
import type { Works } from '../datasets/works.ts'
import type { Notify } from '../notify.ts'
import { storageFailure } from '../storage/storage-failure.ts'
import type { KnownFile, KnownFiles } from '../uploads/known-files.ts'
import type { ModelPlace } from './model-place.ts'
import type { ModelStore } from './model-store.ts'

export type ModelParts = {
  models: ModelStore
  place: ModelPlace
  files: KnownFiles
  works: Works
  /** Aborted when the host closes: what goes on then is gone on with at the next start. */
  closing: AbortSignal
  /** Where files that came one by one are put together. */
  uploads: string
  histogram(question: Extract<EngineQuestion, { ask: 'histogram' }>): Promise<Histogram>
  notify: Notify
}

const BINS = 40

export function modelHandlers(parts: ModelParts): Pick<HostHandlers, keyof typeof modelMethods> {
  const { models, place, files, works, closing, notify } = parts
  return {
    'models.list': async () => models.list(),
    'models.get': async ({ model_id }) => models.detail(model_id),

    'models.import': async ({ file_ids, name, gelu, work_id }) => {
      const given = file_ids.map((id) => files.get(id))
      return works.run(work_id, (signal) =>
        withSource(given, parts.uploads, (source, called) =>
          models.importModel(source, {
            name: name || called,
            gelu,
            signal,
            onProgress: atMost((progress) => notify('model.import-progress', { work_id, ...progress })),
          }),
        ),
      )
    },

    'models.cancel': async ({ work_id }) => {
      works.cancel(work_id)
      await place.dropMove(work_id)
      return {}
    },

    'models.create': async (wanted) => models.create(wanted),
    'models.rename': async ({ model_id, name }) => models.rename(model_id, name),
    'models.delete': async ({ model_id }) => models.remove(model_id),

    'models.folder': () => place.info(),

    'models.move': async ({ to, work_id }) => {
      const into = 'path' in to ? to.path : files.get(to.file_id).path
      return works.run(work_id, (signal) =>
        place.moveTo(into, {
          work_id,
          signal,
          isClosing: () => closing.aborted,
          onProgress: sometimes((done: number, total: number) =>
            notify('model.move-progress', { work_id, done, total }),
          ),
        }),
      )
    },

    'models.histogram': async ({ model_id, variable }) => {
      const { record, run } = models.get(model_id)
      if (run.init_checkpoint === null) {
        throw new HostFailure({
          code: 'not-allowed-now',
          status: record.origin,
          ...say('model-fresh', { name: record.name }),
        })
      }
      const { init_checkpoint } = run
      return inHostWords(run.init_checkpoint, () =>
        parts.histogram({ ask: 'histogram', init_checkpoint, variable, bins: BINS }),
      )
    },

    'models.tokenize': async ({ model_id, text, do_lower_case }) => {
      const { spm_model_file, vocab_file } = models.get(model_id).run
      return inHostWords(spm_model_file ?? vocab_file ?? '', async () => {
        const tokenizer = await loadTokenizer({ spm_model_file, vocab_file, do_lower_case })
        try {
          const pieces = tokenizer.tokenize(text)
          const ids = tokenizer.idsOf(pieces)
          return {
            cleaned: tokenizer.cleanUp(text),
            pieces: pieces.map((piece, at) => ({ piece, id: ids[at] ?? tokenizer.unk })),
            unk: tokenizer.unk,
          }
        } finally {
          tokenizer.close()
        }
      })
    },
  }
}

/** One archive or folder is read where it lies; several files become the folder that they came from. */
async function withSource<Result>(
  given: readonly KnownFile[],
  uploads: string,
  use: (source: string, name: string) => Promise<Result>,
): Promise<Result> {
  const [first] = given
  if (first !== undefined && given.length === 1)
    return use(first.path, first.name.replace(/\.(?:tar\.gz|tgz|tar|zip)$/i, ''))
  const folder = path.join(uploads, randomUUID())
  try {
    for (const file of given) await placeIn(folder, file)
    return await use(folder, 'ALBERT')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The files of a module's `variables` folder are known by their names alone. */
async function placeIn(folder: string, file: KnownFile): Promise<void> {
  const inside = /^variables\.(?:index|data-\d{5}-of-\d{5})$/.test(file.name) ? 'variables' : ''
  const target = path.join(folder, inside, path.basename(file.name))
  try {
    await mkdir(path.dirname(target), { recursive: true })
    await link(file.path, target).catch(() => copyFile(file.path, target)) // another disk has no links to this one
  } catch (error) {
    throw storageFailure(error, file.name)
  }
}

const BETWEEN_NOTICES = 200 // milliseconds

/** A few times a second, and whenever another phase begins. */
function atMost<Progress extends { phase: string }>(tell: (progress: Progress) => void) {
  let phase = ''
  let told_at = 0
  return (progress: Progress): void => {
    if (progress.phase === phase && Date.now() - told_at < BETWEEN_NOTICES) return
    phase = progress.phase
    told_at = Date.now()
    tell(progress)
  }
}

/** A few times a second, and at the end. */
function sometimes(tell: (done: number, total: number) => void) {
  let told_at = 0
  return (done: number, total: number): void => {
    if (done < total && Date.now() - told_at < BETWEEN_NOTICES) return
    told_at = Date.now()
    tell(done, total)
  }
}

async function inHostWords<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error
    const { message, fault } = error.error
    throw new HostFailure(
      { code: 'bad-file', file, line: null, column: null, message, fault },
      { cause: error },
    )
  }
}
