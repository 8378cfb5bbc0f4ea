// The folder of all models, and how it becomes another one: copied, compared, switched over at once, gone on with after a kill.
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { HostFailure } from '../../contract/errors.ts'
import type { ModelFolder } from '../../contract/models.ts'
import { say, type SentenceCode } from '../../contract/sentences.ts'
import { MARGIN, type FreeSpace } from '../downloads/free-space.ts'
import type { JobStore } from '../jobs/job-store.ts'
import { HEARTBEAT, isAlive, Owner } from '../jobs/owner.ts'
import type { Notify } from '../notify.ts'
import { storedText } from '../settings/settings-store.ts'
import { flushFolder } from '../storage/atomic-file.ts'
import type { Database } from '../storage/database.ts'
import { storageFailure } from '../storage/storage-failure.ts'
import { copyModel } from './copy-model.ts'

/** The folder that is made in the one that a person names. */
const STORE = 'albert-models'

/** A move that goes on, or was interrupted. */
const Move = z.object({ into: z.string(), work_id: z.string(), owner: Owner, seen_at: z.number() })
type Move = z.infer<typeof Move>
/** What still lies where models were: a run that started before the move reads it. */
const Left = z.array(z.object({ folder: z.string(), ids: z.array(z.string()) }))

export type ModelPlace = ReturnType<typeof createModelPlace>

export type PlaceParts = {
  database: Database
  jobs: JobStore
  /** Until a person moves the models elsewhere. */
  default_folder: string
  owner: Owner
  freeSpace: FreeSpace
  /** Tells disks apart; tests give their own. */
  deviceOf?: (folder: string) => Promise<number>
  notify: Notify
  log: (sentence: string) => void
}

export type MoveOptions = {
  work_id: string
  signal: AbortSignal
  /** Whether the work ends only because the host does: what is there is kept then, and gone on with later. */
  isClosing: () => boolean
  onProgress: (done: number, total: number) => void
}

export function createModelPlace({
  database,
  jobs,
  default_folder,
  owner,
  freeSpace,
  deviceOf = async (folder) => (await stat(folder)).dev,
  notify,
  log,
}: PlaceParts) {
  const areOneDisk = async (one: string, other: string): Promise<boolean> => {
    const [first, second] = await Promise.all([deviceOf(one), deviceOf(other)])
    return first === second
  }
  const setting = <T>(name: string, schema: z.ZodType<T>): T | undefined => {
    const text = storedText(database, name).get()
    return text === undefined ? undefined : schema.parse(JSON.parse(text))
  }
  const set = (name: string, value: unknown): void =>
    storedText(database, name).set(value === null ? null : JSON.stringify(value))
  const models_dir = storedText(database, 'models_dir')
  const IdRow = z.object({ id: z.string() })
  const ids = (): string[] => database.all(IdRow, 'SELECT id FROM models').map(({ id }) => id)
  const move = (): Move | undefined => setting('models_move', Move)
  /** Where copies lie until all are there; another data folder may move its models to the same place. */
  const partial_name = `.partial-${STORE}-${createHash('sha256').update(default_folder).digest('hex').slice(0, 8)}`

  const place = {
    /** Where another program may have moved them: asked for anew each time. */
    folder: (): string => models_dir.get() ?? default_folder,

    info: async (): Promise<ModelFolder> => {
      const folder = place.folder()
      const going = move()
      return {
        folder,
        models: ids().length,
        bytes: await bytesOf(folder, ids()),
        free_bytes: await freeSpace(folder).catch(() => null),
        move:
          going === undefined ? null : { into: going.into, work_id: going.work_id, goes_on: goesOn(going) },
      }
    },

    /**
     * Writes down a model whose files were made in `made_in`; when the models were moved meanwhile, they follow.
     * @param insert runs in one transaction with the look at where the models lie
     */
    settle: async (id: string, made_in: string, insert: () => void): Promise<void> => {
      let lies = made_in
      for (;;) {
        const now = place.folder()
        if (now !== lies) {
          const same_disk = await areOneDisk(lies, now)
          await copyModel(lies, now, id, { same_disk, signal: new AbortController().signal })
          await place.discard(lies, id)
          lies = now
        }
        const isDone = database.change('durable', () => {
          if (place.folder() !== lies) return false
          insert()
          return true
        })
        if (isDone) return
      }
    },

    /**
     * Moves all models into a folder of their own inside `into`: they are there whole before the records name it. Runs that go on
     * read the files where they were; those are removed when such runs have ended. Other runs find the models at the new place.
     * @throws HostFailure `bad-file` when the folder cannot take them or a copy differs, `disk-full`, `not-allowed-now` while
     *   another program moves them; nothing is changed then. The signal's reason
     */
    moveTo: async (wanted: string, options: MoveOptions): Promise<ModelFolder> => {
      const into = path.resolve(wanted)
      const before = place.folder()
      const [target, partial] = [path.join(into, STORE), path.join(into, partial_name)]
      const other = move()
      if (other !== undefined && goesOn(other)) throw notNow('move-goes-on', { into: other.into })
      await expectPlace(wanted, before, target)
      if (other !== undefined && other.into !== into) await forget(other.into)
      await takeUp(target, partial, other?.into === into)
      const { work_id } = options
      database.change('durable', () => set('models_move', { into, work_id, owner, seen_at: Date.now() }))
      running.add(work_id)
      try {
        let there = await copyAll(before, partial, into, options)
        await rename(partial, target)
        await flushFolder(into)
        while (!switchOver(before, target, there)) there = await copyAll(before, target, into, options)
      } catch (error) {
        if (!options.isClosing()) {
          await forget(into)
          notify('model.folder-changed', await place.info())
        }
        throw options.signal.aborted ? error : storageFailure(error, into)
      } finally {
        running.delete(work_id)
      }
      await place.removeLeft()
      const info = await place.info()
      notify('model.folder-changed', info)
      return info
    },

    /** Takes away what an interrupted move has brought over. Nothing happens while one goes on. */
    dropMove: async (work_id: string): Promise<void> => {
      const known = move()
      if (known?.work_id !== work_id || goesOn(known)) return
      await forget(known.into)
      notify('model.folder-changed', await place.info())
    },

    /** Removes what lies where models were, once no run that started before the move goes on. */
    removeLeft: async (): Promise<void> => {
      const left = setting('models_left', Left)
      if (left === undefined || jobs.active().length > 0) return
      for (const { folder, ids: gone } of left) for (const id of gone) await place.discard(folder, id)
      database.change('durable', () => set('models_left', null))
    },

    /** Out of sight at once, then off the disk; what cannot be removed now goes at a later start. */
    discard: async (folder: string, id: string): Promise<void> => {
      const trash = path.join(folder, `.removed-${randomUUID()}`)
      await rename(path.join(folder, id), trash).catch(() => undefined)
      await rm(trash, { recursive: true, force: true }).catch((error: unknown) =>
        log(`${trash} could not be removed: ${String(error)}`),
      )
    },
  }

  /** By their `work_id`, the moves of this very host. */
  const running = new Set<string>()
  const goesOn = (one: Move): boolean =>
    running.has(one.work_id) || (one.owner.id !== owner.id && isAlive(one.owner, one.seen_at))

  /** Removes what a move has brought over, and nothing else. */
  const forget = async (into: string): Promise<void> => {
    await rm(path.join(into, partial_name), { recursive: true, force: true }).catch(() => undefined)
    const target = path.join(into, STORE)
    if (target !== place.folder()) {
      for (const id of ids())
        await rm(path.join(target, id), { recursive: true, force: true }).catch(() => undefined)
      await rmdir(target).catch(() => undefined) // what else lies in it is somebody's
    }
    database.change('durable', () => set('models_move', null))
  }

  /** @returns the ids of the models that are there now */
  const copyAll = async (
    from: string,
    to: string,
    into: string,
    { work_id, signal, onProgress }: MoveOptions,
  ): Promise<Set<string>> => {
    const wanted = ids()
    const bytes = await bytesOf(from, wanted)
    const same_disk = await areOneDisk(from, into)
    const lacking = bytes - (await bytesOf(to, wanted))
    if (!same_disk && lacking > 0) await expectRoom(into, lacking + MARGIN, freeSpace)
    let done = 0
    let beat = Date.now()
    const onBytes = (more: number): void => {
      done += more
      onProgress(Math.min(done, 2 * bytes), 2 * bytes)
      if (Date.now() - beat < HEARTBEAT) return
      beat = Date.now()
      database.change('swift', () => set('models_move', { into, work_id, owner, seen_at: beat }))
    }
    for (const id of wanted)
      await copyModel(from, to, id, { same_disk, signal, onBytes }).catch((error: unknown) => {
        if (ids().includes(id)) throw error // else it was deleted meanwhile
      })
    return new Set(wanted)
  }

  /** @returns false where a model came in meanwhile that is not there yet */
  const switchOver = (before: string, target: string, there: ReadonlySet<string>): boolean =>
    database.change('durable', () => {
      if (ids().some((id) => !there.has(id))) return false
      const left = setting('models_left', Left) ?? []
      set('models_left', [...left, { folder: before, ids: [...there] }])
      models_dir.set(target)
      set('models_move', null)
      jobs.moveModels(before, target)
      return true
    })

  return place
}

/** A whole path, of a folder that does not hold the models and is not held by them. @throws HostFailure */
async function expectPlace(into: string, before: string, target: string): Promise<void> {
  const refuse = (code: SentenceCode) =>
    new HostFailure({ code: 'bad-file', file: into, line: null, column: null, ...say(code, { into }) })
  if (!path.isAbsolute(into)) throw refuse('move-not-whole-path')
  const found = await stat(into).catch((error: unknown) => {
    throw storageFailure(error, into)
  })
  if (!found.isDirectory()) throw refuse('move-not-a-folder')
  if (path.relative(before, target) === '') throw refuse('move-there-already')
  if (isWithin(target, before) || isWithin(before, target)) throw refuse('move-inside')
}

/** Goes on with what an interrupted move left, also one that ended in the moment before the records were switched over. */
async function takeUp(target: string, partial: string, is_ours: boolean): Promise<void> {
  const found = await stat(target).catch(() => undefined)
  const isTakenBack = async (): Promise<boolean> =>
    rename(target, partial).then(
      () => true,
      () => false,
    )
  if (found !== undefined && !(is_ours && (await isTakenBack()))) {
    const into = path.dirname(target)
    const words = say('move-name-taken', { into, name: STORE })
    throw new HostFailure({ code: 'bad-file', file: into, line: null, column: null, ...words })
  }
  await mkdir(partial, { recursive: true }).catch((error: unknown) => {
    throw storageFailure(error, path.dirname(target))
  })
}

/** @throws HostFailure `disk-full` */
async function expectRoom(into: string, needed_bytes: number, free: FreeSpace): Promise<void> {
  const free_bytes = await free(into)
  if (free_bytes >= needed_bytes) return
  const words = say('move-no-room', { into, free_bytes, needed_bytes })
  throw new HostFailure({ code: 'disk-full', file: into, ...words })
}

function notNow(code: SentenceCode, facts = {}): HostFailure {
  return new HostFailure({ code: 'not-allowed-now', status: 'moving', ...say(code, facts) })
}

function isWithin(inner: string, outer: string): boolean {
  const way = path.relative(outer, inner)
  return way === '' || (!way.startsWith('..') && !path.isAbsolute(way))
}

/** What the files of the models take; what is not there takes nothing. */
async function bytesOf(folder: string, ids: readonly string[]): Promise<number> {
  let bytes = 0
  for (const id of ids) {
    const model = path.join(folder, id)
    for (const name of await readdir(model).catch((): string[] => []))
      bytes += (await stat(path.join(model, name)).catch(() => undefined))?.size ?? 0
  }
  return bytes
}
