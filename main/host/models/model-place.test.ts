// The models to another disk: whole or not at all, gone on with after a kill, with what comes in meanwhile and for runs that wait.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createJobStore } from '../jobs/job-store.ts'
import { ownerOf } from '../jobs/owner.ts'
import { openDatabase } from '../storage/database.ts'
import { temporaryFolder } from '../testing/host-fixture.ts'
import { createModelPlace, type PlaceParts } from './model-place.ts'

const BYTES = 9_000_000 // three reads of a file
const content = Buffer.alloc(BYTES, 'weights ')

/** A folder of models, by default `one` and `two`, and an empty one that counts as another disk. */
function world(own: readonly string[] = ['one', 'two']) {
  const models = path.join(temporaryFolder(), 'models')
  const disk = temporaryFolder()
  mkdirSync(models)
  const database = openDatabase(path.join(temporaryFolder(), 'workbench.sqlite'))
  onTestFinished(() => database.close())
  const insert = (id: string): void => {
    database.run('INSERT INTO models (id, record, files, revision) VALUES (?, ?, ?, 1)', id, '{}', '{}')
  }
  const addModel = (id: string): void => {
    mkdirSync(path.join(models, id))
    writeFileSync(path.join(models, id, 'model.ckpt-best.data'), content)
    writeFileSync(path.join(models, id, 'albert_config.json'), '{}')
    insert(id)
  }
  for (const id of own) addModel(id)
  const notices: string[] = []
  const start = (more: Partial<PlaceParts> = {}) =>
    createModelPlace({
      database,
      jobs: createJobStore(database),
      default_folder: models,
      owner: ownerOf(process.pid),
      freeSpace: async () => 1e12,
      deviceOf: async (folder) => (folder.startsWith(disk) ? 2 : 1),
      notify: (name) => void notices.push(name),
      log: () => undefined,
      ...more,
    })
  return { models, disk, target: path.join(disk, 'albert-models'), start, addModel, notices }
}

const options = (more: Partial<Parameters<ReturnType<typeof createModelPlace>['moveTo']>[1]> = {}) => ({
  work_id: 'move',
  signal: new AbortController().signal,
  isClosing: () => false,
  onProgress: () => undefined,
  ...more,
})

test('all of them are there when the records name the new folder, and the old ones are gone', async () => {
  const { models, disk, target, start, notices } = world()
  const place = start()
  const told: [number, number][] = []
  const info = await place.moveTo(
    disk,
    options({ onProgress: (done, total) => void told.push([done, total]) }),
  )
  expect(info).toMatchObject({ folder: target, models: 2, bytes: 2 * (BYTES + 2), move: null })
  expect(place.folder()).toBe(target)
  for (const id of ['one', 'two'])
    expect(readFileSync(path.join(target, id, 'model.ckpt-best.data')).equals(content)).toBe(true)
  expect(readdirSync(models)).toEqual([])
  expect(readdirSync(disk)).toEqual(['albert-models'])
  const total = 4 * (BYTES + 2)
  expect(told.at(-1)).toEqual([total, total])
  expect(told.map(([done]) => done)).toEqual(told.map(([done]) => done).sort((a, b) => a - b))
  expect(notices).toEqual(['model.folder-changed'])
})

test('another disk can be named before the first model comes', async () => {
  const { disk, target, start } = world([])
  const place = start()
  expect(await place.moveTo(disk, options())).toMatchObject({
    folder: target,
    models: 0,
    bytes: 0,
    move: null,
  })
  expect(readdirSync(target)).toEqual([])
  expect(start().folder()).toBe(target)
})

test('on the same disk nothing is written: the files get a second name', async () => {
  const { models, disk, target, start } = world()
  const before = statSync(path.join(models, 'one', 'model.ckpt-best.data')).ino
  await start({ deviceOf: async () => 1, freeSpace: async () => 0 }).moveTo(disk, options())
  expect(statSync(path.join(target, 'one', 'model.ckpt-best.data')).ino).toBe(before)
  expect(readdirSync(models)).toEqual([])
})

test('a disk without room is refused before anything is copied, with what it has and what is needed', async () => {
  const { disk, start, models } = world()
  await expect(start({ freeSpace: async () => 1e6 }).moveTo(disk, options())).rejects.toMatchObject({
    error: {
      code: 'disk-full',
      fault: { code: 'move-no-room', facts: { free_bytes: 1e6, needed_bytes: 2 * (BYTES + 2) + 64e6 } },
    },
  })
  expect(readdirSync(disk)).toEqual([])
  expect(readdirSync(models)).toEqual(['one', 'two'])
})

test.each([
  ['a relative path', () => 'somewhere', 'move-not-whole-path'],
  [
    'a file',
    ({ models }: ReturnType<typeof world>) => path.join(models, 'one', 'albert_config.json'),
    'move-not-a-folder',
  ],
  ['the folder itself', ({ models }: ReturnType<typeof world>) => models, 'move-inside'],
  ['a folder with such a folder', ({ disk }: ReturnType<typeof world>) => taken(disk), 'move-name-taken'],
])('%s is refused, and nothing is changed', async (_, into, code) => {
  const all = world()
  await expect(all.start().moveTo(into(all), options())).rejects.toMatchObject({ error: { fault: { code } } })
  expect(readdirSync(all.models)).toEqual(['one', 'two'])
  expect((await all.start().info()).move).toBeNull()
})

function taken(disk: string): string {
  mkdirSync(path.join(disk, 'albert-models', 'of somebody'), { recursive: true })
  return disk
}

test('a cancel leaves nothing there', async () => {
  const { models, disk, start } = world()
  const controller = new AbortController()
  const place = start()
  const moving = place.moveTo(
    disk,
    options({ signal: controller.signal, onProgress: () => controller.abort() }),
  )
  await expect(moving).rejects.toThrow()
  expect(readdirSync(disk)).toEqual([])
  expect(await place.info()).toMatchObject({ folder: models, move: null })
})

/** Ends the program after the first model is there; another one that starts then does not know its process. */
async function interrupted({ disk, start }: ReturnType<typeof world>): Promise<void> {
  const controller = new AbortController()
  const gone = { ...ownerOf(process.pid), pid: 2 ** 30 }
  const moving = start({ owner: gone }).moveTo(
    disk,
    options({
      signal: controller.signal,
      isClosing: () => true,
      onProgress: (done, total) => {
        if (done >= total / 2 + 1) controller.abort()
      },
    }),
  )
  await expect(moving).rejects.toThrow()
}

test('a move that was killed is offered, and does not copy again what is there', async () => {
  const all = world()
  await interrupted(all)
  const [partial = ''] = readdirSync(all.disk)
  const copied = path.join(all.disk, partial, 'one', 'model.ckpt-best.data')
  const before = statSync(copied).ino
  const place = all.start()
  expect(await place.info()).toMatchObject({ folder: all.models, move: { into: all.disk, goes_on: false } })
  await place.moveTo(all.disk, options({ work_id: 'again' }))
  expect(statSync(path.join(all.target, 'one', 'model.ckpt-best.data')).ino).toBe(before)
  expect(readdirSync(all.target).sort()).toEqual(['one', 'two'])
})

test('a move that was killed right before the records were switched over goes on as well', async () => {
  const all = world()
  await interrupted(all)
  const [partial = ''] = readdirSync(all.disk)
  renameSync(path.join(all.disk, partial), all.target)
  await all.start().moveTo(all.disk, options())
  expect(readdirSync(all.target).sort()).toEqual(['one', 'two'])
  expect(readdirSync(all.disk)).toEqual(['albert-models'])
})

test('a copy that a power cut left damaged is made anew', async () => {
  const all = world()
  await interrupted(all)
  const [partial = ''] = readdirSync(all.disk)
  writeFileSync(path.join(all.disk, partial, 'one', 'model.ckpt-best.data'), Buffer.alloc(BYTES))
  await all.start().moveTo(all.disk, options())
  expect(readFileSync(path.join(all.target, 'one', 'model.ckpt-best.data')).equals(content)).toBe(true)
})

test('a move that was killed can be given up', async () => {
  const all = world()
  await interrupted(all)
  const place = all.start()
  await place.dropMove('move')
  expect(readdirSync(all.disk)).toEqual([])
  expect((await place.info()).move).toBeNull()
})

test('a move by a living program is not disturbed', async () => {
  const { disk, start } = world()
  const first = start()
  const refused: Promise<unknown>[] = []
  await first.moveTo(
    disk,
    options({
      onProgress: () => {
        if (refused.length > 0) return
        const other = start().moveTo(disk, options({ work_id: 'other' }))
        refused.push(other.catch((error: unknown) => error))
      },
    }),
  )
  expect(await refused[0]).toMatchObject({
    error: { code: 'not-allowed-now', fault: { code: 'move-goes-on' } },
  })
})

test('a model that comes in while the others are copied moves as well', async () => {
  const { disk, target, start, addModel, models } = world()
  let added = false
  const onProgress = (): void => {
    if (!added) addModel('three')
    added = true
  }
  const info = await start().moveTo(disk, options({ onProgress }))
  expect(info.models).toBe(3)
  expect(readdirSync(target).sort()).toEqual(['one', 'three', 'two'])
  expect(readdirSync(models)).toEqual([])
})

test('a model whose files were made before the move is written down after it, in the new folder', async () => {
  const { disk, target, start, models } = world()
  const place = start()
  mkdirSync(path.join(models, 'late'))
  writeFileSync(path.join(models, 'late', 'albert_config.json'), '{}')
  await place.moveTo(disk, options())
  let inserted = ''
  await place.settle('late', models, () => {
    inserted = place.folder()
  })
  expect(inserted).toBe(target)
  expect(existsSync(path.join(target, 'late', 'albert_config.json'))).toBe(true)
  expect(readdirSync(models)).toEqual([])
})
