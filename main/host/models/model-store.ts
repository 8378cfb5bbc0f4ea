// The models in the database and their folders, and those that ship with the program: records in, records out.
import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { EngineFailure } from '../../../engine/spec/errors.ts'
import { ModelReport } from '../../../engine/spec/model-report.ts'
import type { RunModel } from '../../../engine/spec/run.ts'
import { loadTokenizer } from '../../../engine/text/tokenizer.ts'
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'
import type { ModelDetail, NewModel } from '../../contract/models.ts'
import { ModelRecord } from '../../contract/records.ts'
import type { JobStore } from '../jobs/job-store.ts'
import type { Notify } from '../notify.ts'
import { flushFolder, writeAtomically } from '../storage/atomic-file.ts'
import type { Database } from '../storage/database.ts'
import { storageFailure } from '../storage/storage-failure.ts'
import type { ModelCatalog } from './catalog.ts'
import type { ModelPlace } from './model-place.ts'
import { importModel, type ImportModel, type ImportParts } from './import-model.ts'
import { parameterCount } from '../../../engine/spec/parameter-count.ts'

/** Names of a model's files, relative to its folder. */
const ModelFiles = z.object({
  spm_model_file: z.string().nullable(),
  vocab_file: z.string().nullable(),
  init_checkpoint: z.string().nullable(),
})
type ModelFiles = z.infer<typeof ModelFiles>

const json = <T>(schema: z.ZodType<T>) => z.string().transform((text) => schema.parse(JSON.parse(text)))
const Row = z.object({ record: json(ModelRecord), files: json(ModelFiles) })
const ReportRow = z.object({ report: json(ModelReport).nullable() })
const COLUMNS = 'record, files'

export type ModelStore = ReturnType<typeof createModelStore>

export type ModelStoreParts = {
  database: Database
  jobs: JobStore
  catalog: ModelCatalog
  place: ModelPlace
  takeIn: ImportParts['takeIn']
  notify: Notify
}

export function createModelStore(parts: ModelStoreParts) {
  const { database, jobs, catalog, place, notify } = parts
  const folderOf = (id: string): string => path.join(place.folder(), id)

  const rows = () => database.all(Row, `SELECT ${COLUMNS} FROM models`)
  const row = (id: string) => database.first(Row, `SELECT ${COLUMNS} FROM models WHERE id = ?`, id)

  const runOf = ({ record, files }: z.infer<typeof Row>): RunModel => {
    const inFolder = (name: string | null) => name && path.join(folderOf(record.id), name)
    return {
      albert_config: record.albert_config,
      spm_model_file: inFolder(files.spm_model_file),
      vocab_file: inFolder(files.vocab_file),
      init_checkpoint: inFolder(files.init_checkpoint),
    }
  }

  const withFiles = async (found: z.infer<typeof Row>): Promise<ModelRecord> => {
    const { spm_model_file, vocab_file, init_checkpoint } = runOf(found)
    const needed = [spm_model_file ?? vocab_file, init_checkpoint && `${init_checkpoint}.index`]
    const there = await Promise.all(needed.map(async (file) => file === null || isFile(file)))
    return { ...found.record, available: there.every(Boolean) }
  }

  /** @param folder in which its files were made */
  const insert = async (
    record: ModelRecord,
    files: ModelFiles,
    report: ModelReport | null,
    folder: string,
  ): Promise<void> => {
    await place.settle(record.id, folder, () =>
      database.run(
        'INSERT INTO models (id, record, files, report, revision) VALUES (?, ?, ?, ?, ?)',
        record.id,
        JSON.stringify(record),
        JSON.stringify(files),
        report && JSON.stringify(report),
        database.nextRevision(),
      ),
    )
    notify('model.changed', record)
  }

  /** @throws HostFailure `not-found`; `not-allowed-now` for those that ship with the program */
  const own = (id: string): z.infer<typeof Row> => {
    const found = row(id)
    if (found !== undefined) return found
    const { record } = catalog.get(id)
    throw new HostFailure({
      code: 'not-allowed-now',
      status: record.origin,
      ...say('model-built-in', { name: record.name }),
    })
  }

  const store = {
    /** Those that ship with the program first, then oldest first. */
    list: async (): Promise<ModelRecord[]> => {
      const imported = await Promise.all(rows().map(withFiles))
      return [...catalog.list(), ...imported.sort((a, b) => a.created_at - b.created_at)]
    },

    /** What a run starts from. @throws HostFailure `not-found` */
    get: (id: string): { record: ModelRecord; run: RunModel } => {
      const found = row(id)
      return found === undefined ? catalog.get(id) : { record: found.record, run: runOf(found) }
    },

    /** Each model's id with the number of its last change. */
    revisions: (): Map<string, number> =>
      new Map(
        database
          .all(z.object({ id: z.string(), revision: z.int() }), 'SELECT id, revision FROM models')
          .map(({ id, revision }) => [id, revision]),
      ),

    /** @throws HostFailure `not-found` */
    detail: async (id: string): Promise<ModelDetail> => {
      const found = row(id)
      const used_by = jobs
        .list()
        .filter(({ record }) => record.model_id === id)
        .sort((a, b) => b.record.created_at - a.record.created_at)
        .map(({ record }) => ({ job_id: record.id, name: record.name, status: record.status }))
      if (found === undefined)
        return { record: catalog.get(id).record, folder: null, files: [], report: null, used_by }
      const folder = folderOf(id)
      const report = database.first(ReportRow, 'SELECT report FROM models WHERE id = ?', id)?.report ?? null
      return { record: await withFiles(found), folder, files: await filesIn(folder), report, used_by }
    },

    importModel: (async (source, options = {}) => {
      const folder = place.folder()
      const { record, report } = await importModel(source, { folder, takeIn: parts.takeIn }, options)
      const { spm_model_file, vocab_file, init_checkpoint } = report
      try {
        await insert(record, { spm_model_file, vocab_file, init_checkpoint }, report, folder)
      } catch (error) {
        await place.discard(folder, record.id)
        throw error
      }
      return record
    }) satisfies ImportModel,

    /** @throws HostFailure `invalid-input` when the vocabulary has more pieces than the config has rows, `disk-full` */
    create: async ({ name, albert_config, vocabulary_of }: NewModel): Promise<ModelRecord> => {
      const { spm_model_file, vocab_file } = store.get(vocabulary_of).run
      const vocabulary = spm_model_file ?? vocab_file ?? ''
      await expectRoom({ spm_model_file, vocab_file }, albert_config.vocab_size)
      const id = randomUUID()
      const folder = place.folder()
      const partial = path.join(folder, `.partial-${id}`)
      const file = path.basename(vocabulary)
      try {
        await mkdir(partial, { recursive: true })
        await copyFile(vocabulary, path.join(partial, file))
        const config = `${JSON.stringify(albert_config, undefined, 2)}\n`
        await writeAtomically(path.join(partial, 'albert_config.json'), config)
        await rename(partial, path.join(folder, id))
        await flushFolder(folder)
      } catch (error) {
        await rm(partial, { recursive: true, force: true }).catch(() => undefined)
        throw storageFailure(error, partial)
      }
      const record: ModelRecord = {
        id,
        name,
        origin: 'made',
        catalogue_id: null,
        albert_config,
        tokenizer: spm_model_file === null ? 'wordpiece' : 'sentencepiece',
        parameters: parameterCount(albert_config),
        pretrained: false,
        bytes: (await filesIn(path.join(folder, id))).reduce((sum, each) => sum + each.bytes, 0),
        available: true,
        created_at: Date.now(),
      }
      const named = { spm_model_file: spm_model_file && file, vocab_file: spm_model_file ? null : file }
      await insert(record, { ...named, init_checkpoint: null }, null, folder)
      return record
    },

    /** @throws HostFailure `not-found`, `not-allowed-now` */
    rename: async (id: string, name: string): Promise<ModelRecord> => {
      const { record } = own(id)
      database.change('durable', () =>
        database.run(
          'UPDATE models SET record = ?, revision = ? WHERE id = ?',
          JSON.stringify({ ...record, name }),
          database.nextRevision(),
          id,
        ),
      )
      const renamed = await withFiles(own(id))
      notify('model.changed', renamed)
      return renamed
    },

    /** @returns what the disk has back. @throws HostFailure `in-use` while a run needs it, `not-found`, `not-allowed-now` */
    remove: async (id: string): Promise<{ freed_bytes: number }> => {
      const { record } = own(id)
      const freed_bytes = (await filesIn(folderOf(id))).reduce((sum, { bytes }) => sum + bytes, 0)
      database.change('durable', () => {
        const [user] = jobs.usingModel(id)
        if (user !== undefined) {
          throw new HostFailure({
            code: 'in-use',
            ...say('model-in-use', { name: record.name, run: user.record.name, status: user.record.status }),
          })
        }
        database.run('DELETE FROM models WHERE id = ?', id)
      })
      notify('model.removed', { model_id: id })
      await place.discard(place.folder(), id)
      return { freed_bytes }
    },
  }
  return store
}

async function expectRoom(
  files: Pick<RunModel, 'spm_model_file' | 'vocab_file'>,
  vocab_size: number,
): Promise<void> {
  const tokenizer = await loadTokenizer({ ...files, do_lower_case: true }).catch((error: unknown) => {
    if (!(error instanceof EngineFailure)) throw error
    const { message, fault } = error.error
    throw new HostFailure({
      code: 'bad-file',
      file: files.spm_model_file ?? '',
      line: null,
      column: null,
      message,
      fault,
    })
  })
  const { size } = tokenizer
  tokenizer.close()
  if (size <= vocab_size) return
  const words = say('vocabulary-too-large', { vocab_size, size })
  throw new HostFailure({
    code: 'invalid-input',
    faults: [{ field: 'albert_config.vocab_size', message: words.message }],
    ...words,
  })
}

async function filesIn(folder: string): Promise<{ name: string; bytes: number }[]> {
  const names = await readdir(folder).catch((): string[] => [])
  const files = await Promise.all(
    names
      .sort()
      .map(async (name) => ({ name, stats: await stat(path.join(folder, name)).catch(() => undefined) })),
  )
  return files.flatMap(({ name, stats }) => (stats?.isFile() === true ? [{ name, bytes: stats.size }] : []))
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  )
}
