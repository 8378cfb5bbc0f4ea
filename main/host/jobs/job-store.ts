// The jobs in the database: records, curves and who works on what. Every change is one transaction, so that two programs can share them.
import path from 'node:path'
import { z } from 'zod'
import { Evaluation, RunRequest, StepMetrics } from '../../../engine/spec/run.ts'
import { HostFailure } from '../../contract/errors.ts'
import { JobRecord, type JobHistory } from '../../contract/records.ts'
import { say } from '../../contract/sentences.ts'
import type { Database } from '../storage/database.ts'
import { ACTIVE } from './job-state.ts'
import { Owner } from './owner.ts'

/** A job with what only the host needs to know. */
export type StoredJob = {
  record: JobRecord
  /** Who works on it, or alone may; null: any host may take it from the queue. */
  owner: Owner | null
  /** The owner's last sign of life, in milliseconds since 1970. */
  seen_at: number
  /** The engine's process. */
  engine: Owner | null
  /** How often it was started. */
  executions: number
  /** Points after this step were dropped when the present execution started to train. */
  reset_after: number | null
  revision: number
}

/** What may be changed beside the record. */
export type StoredPart = Partial<Pick<StoredJob, 'owner' | 'engine' | 'executions' | 'reset_after'>>

/** More points than a window can show are thinned out, evenly; the database keeps them all. */
export const HISTORY_POINTS = 5000

const POINT = StepMetrics.keyof().options
const COLUMNS = 'record, owner, seen_at, engine, executions, reset_after, revision'
const json = <T>(schema: z.ZodType<T>) => z.string().transform((text) => schema.parse(JSON.parse(text)))
const Row = z
  .object({
    record: json(JobRecord),
    owner: json(Owner).nullable(),
    seen_at: z.number(),
    engine: json(Owner).nullable(),
    executions: z.int(),
    reset_after: z.int().nullable(),
    revision: z.int(),
  })
  .transform((row): StoredJob => row)
const RequestRow = z.object({ request: json(RunRequest) })
const EvaluationRow = z.object({ evaluation: json(Evaluation) })

export type JobStore = ReturnType<typeof createJobStore>

export function createJobStore(database: Database) {
  const store = {
    database,

    /** In queue order. */
    list: (): StoredJob[] => database.all(Row, `SELECT ${COLUMNS} FROM jobs ORDER BY position, id`),

    ids: (): string[] =>
      database.all(z.object({ id: z.string() }), 'SELECT id FROM jobs').map(({ id }) => id),

    changedSince: (revision: number): StoredJob[] =>
      database.all(Row, `SELECT ${COLUMNS} FROM jobs WHERE revision > ? ORDER BY revision`, revision),

    revision: (): number =>
      database.first(z.object({ value: z.int() }), 'SELECT value FROM counter')?.value ?? 0,

    find: (id: string): StoredJob | undefined =>
      database.first(Row, `SELECT ${COLUMNS} FROM jobs WHERE id = ?`, id),

    /** @throws HostFailure `not-found` */
    get: (id: string): StoredJob => {
      const job = store.find(id)
      if (job !== undefined) return job
      throw new HostFailure({
        code: 'not-found',
        what: 'job',
        id,
        ...say('run-gone'),
      })
    },

    /** @throws HostFailure `not-found` */
    request: (id: string): RunRequest => {
      const row = database.first(RequestRow, 'SELECT request FROM jobs WHERE id = ?', id)
      return row?.request ?? (store.get(id), neverHappens())
    },

    /** Jobs on which an engine works, by what the records say. */
    active: (): StoredJob[] =>
      database.all(
        Row,
        `SELECT ${COLUMNS} FROM jobs WHERE status IN (${ACTIVE.map((status) => `'${status}'`).join(', ')})`,
      ),

    queued: (): StoredJob[] =>
      database.all(Row, `SELECT ${COLUMNS} FROM jobs WHERE status = 'queued' ORDER BY position, id`),

    /** Jobs that are not at their end and use a dataset. */
    usingDataset: (dataset_id: string): StoredJob[] =>
      database.all(
        Row,
        `SELECT ${COLUMNS} FROM jobs WHERE dataset_id = ? AND status IN ('queued', ${ACTIVE.map((status) => `'${status}'`).join(', ')})`,
        dataset_id,
      ),

    /** Jobs that are not at their end, or could be gone on with, and start from a model. */
    usingModel: (model_id: string): StoredJob[] =>
      database
        .all(Row, `SELECT ${COLUMNS} FROM jobs WHERE status NOT IN ('done', 'failed', 'cancelled')`)
        .filter(({ record }) => record.model_id === model_id),

    done: (): StoredJob[] => database.all(Row, `SELECT ${COLUMNS} FROM jobs WHERE status = 'done'`),

    lastPosition: (): number =>
      database.first(z.object({ last: z.number().nullable() }), 'SELECT max(position) AS last FROM jobs')
        ?.last ?? 0,

    /** Puts a job last in the queue. */
    insert: (job: JobRecord, request: RunRequest, owner: Owner | null): void => {
      database.change('durable', () => {
        const record = { ...job, position: store.lastPosition() + 1 }
        database.run(
          'INSERT INTO jobs (id, record, request, owner, seen_at, revision) VALUES (?, ?, ?, ?, ?, ?)',
          record.id,
          JSON.stringify(record),
          JSON.stringify(request),
          owner && JSON.stringify(owner),
          Date.now(),
          database.nextRevision(),
        )
      })
    },

    /**
     * Reads the job, lets `change` say what becomes of it and writes that, as one step.
     * @returns the job afterwards
     * @throws HostFailure `not-found`, or what `change` throws; nothing is written then
     */
    update: (
      id: string,
      change: (job: StoredJob) => { record?: JobRecord } & StoredPart,
      safety: 'durable' | 'swift' = 'durable',
    ): StoredJob =>
      database.change(safety, () => {
        const before = store.get(id)
        const after = { ...before, ...change(before), revision: database.nextRevision(), seen_at: Date.now() }
        database.run(
          `UPDATE jobs SET record = ?, owner = ?, seen_at = ?, engine = ?, executions = ?, reset_after = ?, revision = ? WHERE id = ?`,
          JSON.stringify(after.record),
          after.owner && JSON.stringify(after.owner),
          after.seen_at,
          after.engine && JSON.stringify(after.engine),
          after.executions,
          after.reset_after,
          after.revision,
          id,
        )
        return after
      }),

    /** Says that the owner lives, on all of its jobs; that alone is no change of a job. */
    giveSign: (owner: Owner): void => {
      const isOwned = "status NOT IN ('done', 'failed', 'cancelled') AND json_extract(owner, '$.id') = ?"
      if (database.first(z.unknown(), `SELECT 1 FROM jobs WHERE ${isOwned}`, owner.id) === undefined) return
      database.change('swift', () =>
        database.run(`UPDATE jobs SET seen_at = ? WHERE ${isOwned}`, Date.now(), owner.id),
      )
    },

    /** Has the requests of all jobs name the files of models at their new place: inside another folder. Only inside `change`. */
    moveModels: (from: string, to: string): void => {
      const Moved = z.object({ id: z.string(), request: json(RunRequest) })
      for (const { id, request } of database.all(Moved, 'SELECT id, request FROM jobs')) {
        const { model } = request
        const move = (file: string | null): string | null =>
          file?.startsWith(from + path.sep) === true ? to + file.slice(from.length) : file
        const moved = {
          ...model,
          spm_model_file: move(model.spm_model_file),
          vocab_file: move(model.vocab_file),
          init_checkpoint: move(model.init_checkpoint),
        }
        if (JSON.stringify(moved) !== JSON.stringify(model))
          database.run(
            'UPDATE jobs SET request = ? WHERE id = ?',
            JSON.stringify({ ...request, model: moved }),
            id,
          )
      }
    },

    remove: (id: string): void => {
      database.change('durable', () => database.run('DELETE FROM jobs WHERE id = ?', id))
    },

    addPoints: (id: string, points: readonly StepMetrics[]): void => {
      for (const point of points) {
        database.run(
          `INSERT OR REPLACE INTO points (job_id, ${POINT.join(', ')}) VALUES (?${', ?'.repeat(POINT.length)})`,
          id,
          ...POINT.map((name) => point[name] ?? null),
        )
      }
    },

    addEvaluations: (id: string, evaluations: readonly Evaluation[]): void => {
      for (const evaluation of evaluations) {
        database.run(
          'INSERT OR REPLACE INTO evaluations VALUES (?, ?, ?, ?)',
          id,
          evaluation.step,
          evaluation.split,
          JSON.stringify(evaluation),
        )
      }
    },

    dropAfter: (id: string, step: number): void => {
      database.run('DELETE FROM points WHERE job_id = ? AND step > ?', id, step)
      database.run('DELETE FROM evaluations WHERE job_id = ? AND step > ?', id, step)
    },

    /** The last step with a point, and the last one with an evaluation; 0 where there is none. */
    lastSteps: (id: string): { step: number; evaluated: number } =>
      database.first(
        z.object({ step: z.int(), evaluated: z.int() }),
        `SELECT (SELECT ifnull(max(step), 0) FROM points WHERE job_id = jobs.id) AS step,
                (SELECT ifnull(max(step), -1) FROM evaluations WHERE job_id = jobs.id) AS evaluated
         FROM jobs WHERE id = ?`,
        id,
      ) ?? { step: 0, evaluated: -1 },

    /** @param after only what was measured after this step */
    history: (id: string, after = -1): JobHistory => {
      const last =
        database.first(
          z.object({ last: z.int().nullable() }),
          'SELECT max(step) AS last FROM points WHERE job_id = ?',
          id,
        )?.last ?? 0
      const every = Math.max(1, Math.ceil((last - Math.max(after, 0)) / HISTORY_POINTS))
      return {
        points: database.all(
          StepMetrics,
          `SELECT ${POINT.join(', ')} FROM points WHERE job_id = ? AND step > ? AND (step % ? = 0 OR step = ?) ORDER BY step`,
          id,
          after,
          every,
          last,
        ),
        evaluations: database
          .all(
            EvaluationRow,
            'SELECT evaluation FROM evaluations WHERE job_id = ? AND step > ? ORDER BY step, split',
            id,
            after,
          )
          .map(({ evaluation }) => evaluation),
      }
    },
  }
  return store
}

function neverHappens(): never {
  throw new Error('A job without a request.')
}
