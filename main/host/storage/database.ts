// The SQLite file of the data folder: a path in, an open, checked and migrated database out. Every statement here is short:
// it runs on the host's own thread.
import Libsql from 'libsql'
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { HostFailure } from '../../contract/errors.ts'
import { migrations } from './migrations.ts'
import { storageFailure } from './storage-failure.ts'

/** How long a statement waits for another program's write, in milliseconds. */
const BUSY_TIMEOUT = 5000
/** A larger file is not checked page by page at every start: that would hold up the window. */
const CHECK_UP_TO_BYTES = 200e6
const KEPT_BACKUPS = 3

type Value = string | number | null

export type Database = {
  readonly file: string
  /** The rows of a query, each parsed. */
  all<T>(row: z.ZodType<T>, sql: string, ...values: Value[]): T[]
  /** The first row, or undefined. */
  first<T>(row: z.ZodType<T>, sql: string, ...values: Value[]): T | undefined
  /** @returns how many rows were changed */
  run(sql: string, ...values: Value[]): number
  /**
   * All of `change` or nothing of it. `durable` waits until the disk has it, as the state of a job needs;
   * `swift` outlives the end of the program but perhaps not a power cut, as the points of a curve may.
   * @throws HostFailure `disk-full`; nothing is changed then
   */
  change<T>(safety: 'durable' | 'swift', change: () => T): T
  /** A number that another program's write makes a different one. */
  dataVersion(): number
  /** The next number of the counter by which programs find each other's changes. Only inside `change`. */
  nextRevision(): number
  close(): void
}

/**
 * @param options.list the migrations; tests give their own
 * @throws HostFailure `bad-file` when the file is damaged or from a newer version of the program; it is left as it is
 */
export function openDatabase(
  file: string,
  options: { list?: readonly string[]; log?: (sentence: string) => void } = {},
): Database {
  const list = options.list ?? migrations
  const connection = connect(file)
  try {
    refuseNewer(connection, file, list.length)
    check(connection, file, options.log)
    migrate(connection, file, list)
  } catch (error) {
    connection.close()
    throw explain(error, file)
  }
  return databaseOver(connection, file)
}

function connect(file: string): Libsql.Database {
  let connection: Libsql.Database | undefined
  try {
    connection = new Libsql(file, { timeout: BUSY_TIMEOUT })
    connection.exec(
      `PRAGMA busy_timeout = ${BUSY_TIMEOUT}; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;`,
    )
    return connection
  } catch (error) {
    connection?.close()
    throw explain(error, file)
  }
}

function schemaVersion(connection: Libsql.Database): number {
  return z.object({ user_version: z.int() }).parse(connection.prepare('PRAGMA user_version').get())
    .user_version
}

function refuseNewer(connection: Libsql.Database, file: string, known: number): void {
  const found = schemaVersion(connection)
  if (found <= known) return
  throw badFile(
    file,
    `${file} was written by a newer version of this program (its tables are of version ${found}, this program knows ${known}). Install the newer version, or set ALBERT_HOME to another folder. The file was left as it is.`,
  )
}

function check(connection: Libsql.Database, file: string, log?: (sentence: string) => void): void {
  const { size } = statSync(file)
  if (size > CHECK_UP_TO_BYTES) {
    log?.(`${file} is ${Math.round(size / 1e6)} MB large and was not checked page by page.`)
    return
  }
  const faults = z
    .array(z.object({ quick_check: z.string() }))
    .parse(connection.prepare('PRAGMA quick_check(1)').all())
  if (faults[0]?.quick_check === 'ok') return
  throw damaged(file, faults[0]?.quick_check ?? 'no answer')
}

/** Each migration with its number in one transaction, so that two programs that start at once do not both apply it. */
function migrate(connection: Libsql.Database, file: string, list: readonly string[]): void {
  const before = schemaVersion(connection)
  if (before === list.length) return
  if (before > 0) backUp(connection, file, before)
  for (const [index, migration] of list.entries()) {
    connection.exec('BEGIN IMMEDIATE')
    try {
      if (schemaVersion(connection) === index) {
        connection.exec(migration)
        connection.exec(`PRAGMA user_version = ${index + 1}`)
      }
      connection.exec('COMMIT')
    } catch (error) {
      rollBack(connection)
      throw error
    }
  }
}

function backUp(connection: Libsql.Database, file: string, version: number): void {
  const backup = `${file}.version-${version}-${Date.now()}.backup`
  connection.prepare('VACUUM INTO ?').run(backup)
  const older = backupsOf(file).slice(0, -KEPT_BACKUPS)
  for (const name of older) rmSync(path.join(path.dirname(file), name), { force: true })
}

/** Names of the backups, oldest first. */
function backupsOf(file: string): string[] {
  const prefix = `${path.basename(file)}.version-`
  return readdirSync(path.dirname(file))
    .filter((name) => name.startsWith(prefix) && name.endsWith('.backup'))
    .sort((a, b) => timeOf(a) - timeOf(b))
}

function timeOf(backup: string): number {
  return Number(/-(\d+)\.backup$/.exec(backup)?.[1] ?? 0)
}

function explain(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) {
    return damaged(file, error instanceof Error ? error.message : code)
  }
  return storageFailure(error, file)
}

function damaged(file: string, reason: string): HostFailure {
  const backup = existsSync(path.dirname(file)) ? backupsOf(file).at(-1) : undefined
  const way =
    backup === undefined
      ? 'Move it away, and the program starts with empty records'
      : `Put its backup ${backup} in its place, or move it away, and the program starts with empty records`
  return badFile(
    file,
    `${file} is damaged (${reason
      .replace('*** in database main ***', '')
      .trim()
      .replace(
        /\s*\n\s*/g,
        '; ',
      )}). ${way}; datasets and runs keep their folders. The file was left as it is.`,
  )
}

function badFile(file: string, message: string): HostFailure {
  return new HostFailure({ code: 'bad-file', file, line: null, column: null, message })
}

/** The library leaves the write-ahead log beside the file; whoever copies the file alone should have all of it. */
function closeWhole(connection: Libsql.Database): void {
  try {
    connection.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch {
    // Another program reads it just now; the log stays, and is part of the database.
  }
  connection.close()
}

/** SQLite ends a transaction by itself after some errors. */
function rollBack(connection: Libsql.Database): void {
  if (connection.inTransaction) connection.exec('ROLLBACK')
}

function databaseOver(connection: Libsql.Database, file: string): Database {
  const statements = new Map<string, Libsql.Statement>()
  const prepared = (sql: string) => {
    let statement = statements.get(sql)
    if (statement === undefined) {
      statement = connection.prepare(sql)
      statements.set(sql, statement)
    }
    return statement
  }
  const database: Database = {
    file,
    all: (row, sql, ...values) => z.array(row).parse(prepared(sql).all(...values)),
    first: (row, sql, ...values) => {
      const found = prepared(sql).get(...values)
      return found === undefined ? undefined : row.parse(found)
    },
    run: (sql, ...values) => {
      try {
        return prepared(sql).run(...values).changes
      } catch (error) {
        throw explain(error, file)
      }
    },
    change: (safety, change) => {
      if (connection.inTransaction) return change()
      try {
        connection.exec(`PRAGMA synchronous = ${safety === 'durable' ? 'FULL' : 'NORMAL'}`)
        connection.exec('BEGIN IMMEDIATE')
        const value = change()
        connection.exec('COMMIT')
        return value
      } catch (error) {
        rollBack(connection)
        throw explain(error, file)
      }
    },
    dataVersion: () =>
      database.first(z.object({ data_version: z.int() }), 'PRAGMA data_version')?.data_version ?? 0,
    nextRevision: () =>
      database.first(z.object({ value: z.int() }), 'UPDATE counter SET value = value + 1 RETURNING value')
        ?.value ?? 0,
    close: () => {
      statements.clear()
      closeWhole(connection)
    },
  }
  return database
}
