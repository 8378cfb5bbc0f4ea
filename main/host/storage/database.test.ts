// The database file: made, migrated, checked; damaged and newer ones are refused in words and left as they are.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { HostFailure } from '../../contract/errors.ts'
import { startHost, temporaryFolder } from '../testing/host-fixture.ts'
import { openDatabase } from './database.ts'
import { migrations } from './migrations.ts'

const Names = z.object({ name: z.string() })
const newFile = () => path.join(temporaryFolder(), 'workbench.sqlite')

function failureOf(act: () => unknown): HostFailure {
  try {
    act()
  } catch (error) {
    if (error instanceof HostFailure) return error
    throw error
  }
  throw new Error('nothing was refused')
}

test('a new file gets every table, waits for the disk and keeps references', () => {
  const database = openDatabase(newFile())
  const tables = database.all(Names, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
  expect(tables.map(({ name }) => name)).toEqual([
    'counter',
    'datasets',
    'downloads',
    'evaluations',
    'jobs',
    'known_hashes',
    'models',
    'points',
    'settings',
  ])
  const pragma = (name: string) =>
    Object.values(database.first(z.record(z.string(), z.unknown()), `PRAGMA ${name}`) ?? {})[0]
  expect([pragma('journal_mode'), pragma('foreign_keys'), pragma('user_version')]).toEqual([
    'wal',
    1,
    migrations.length,
  ])
  database.change('durable', () => expect(pragma('synchronous')).toBe(2))
  database.change('swift', () => expect(pragma('synchronous')).toBe(1))
  database.close()
})

test('a change that throws leaves nothing behind', () => {
  const database = openDatabase(newFile())
  const before = database.change('durable', () => database.nextRevision())
  expect(() =>
    database.change('durable', () => {
      database.nextRevision()
      throw new Error('half way')
    }),
  ).toThrow('half way')
  expect(database.change('durable', () => database.nextRevision())).toBe(before + 1)
  database.close()
})

test('an older file is backed up and brought up to date; of the backups the newest three stay', () => {
  const file = newFile()
  let list = ['CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (7)']
  openDatabase(file, { list }).close()
  for (const name of ['b', 'c', 'd', 'e', 'f']) {
    list = [...list, `CREATE TABLE ${name} (x INTEGER) STRICT`]
    const database = openDatabase(file, { list })
    expect(database.first(z.object({ x: z.int() }), 'SELECT x FROM a')).toEqual({ x: 7 })
    database.close()
  }
  const backups = readdirSync(path.dirname(file)).filter((name) => name.endsWith('.backup'))
  expect(backups.map((name) => /version-(\d)/.exec(name)?.[1]).sort()).toEqual(['3', '4', '5'])
})

test('a migration that fails changes nothing', () => {
  const file = newFile()
  openDatabase(file, { list: ['CREATE TABLE a (x INTEGER) STRICT'] }).close()
  const list = [
    'CREATE TABLE a (x INTEGER) STRICT',
    'CREATE TABLE b (x INTEGER) STRICT; CREATE TABLE a (x INTEGER)',
  ]
  expect(() => openDatabase(file, { list })).toThrow('already exists')
  const database = openDatabase(file, { list: list.slice(0, 1) })
  expect(database.all(Names, "SELECT name FROM sqlite_schema WHERE type = 'table'")).toEqual([{ name: 'a' }])
  database.close()
})

test('a file from a newer version is refused and left as it is', () => {
  const file = newFile()
  openDatabase(file, { list: [...migrations, 'CREATE TABLE later (x INTEGER) STRICT'] }).close()
  const before = readFileSync(file)
  const { error } = failureOf(() => openDatabase(file))
  expect(error).toMatchObject({ code: 'bad-file', file })
  expect(error.message).toContain('written by a newer version of this program')
  expect(readFileSync(file)).toEqual(before)
})

test.each([
  ['no database at all', () => Buffer.from('these are not the records you are looking for\n'.repeat(200))],
  [
    'damaged in the middle',
    (good: Buffer) => Buffer.concat([good.subarray(0, 4096), Buffer.alloc(good.length - 4096, 0x5a)]),
  ],
  ['cut off', (good: Buffer) => good.subarray(0, 5000)],
])(
  'a file that is %s is refused in a sentence and left as it is; the host says the same',
  async (_, damage) => {
    const data_dir = temporaryFolder()
    const file = path.join(data_dir, 'workbench.sqlite')
    openDatabase(file).close()
    const bad = damage(readFileSync(file))
    writeFileSync(file, bad)
    const { error } = failureOf(() => openDatabase(file))
    expect(error).toMatchObject({ code: 'bad-file', file })
    expect(error.message).toMatch(/is damaged .* move it away.* The file was left as it is\./i)
    expect(readFileSync(file)).toEqual(bad)
    await expect(startHost({ data_dir })).rejects.toMatchObject({ error: { code: 'bad-file' } })
  },
)

test('a disk that is full is said as such, and the change is undone', () => {
  const database = openDatabase(newFile())
  const pages = database.first(z.object({ page_count: z.int() }), 'PRAGMA page_count')?.page_count ?? 0
  database.run(`PRAGMA max_page_count = ${pages}`)
  const { error } = failureOf(() =>
    database.change('durable', () => {
      database.nextRevision()
      database.run("INSERT INTO settings VALUES ('x', ?)", 'y'.repeat(100_000))
    }),
  )
  expect(error).toMatchObject({ code: 'disk-full', file: database.file })
  expect(database.first(z.object({ value: z.int() }), 'SELECT value FROM counter')).toEqual({ value: 0 })
  database.close()
})
