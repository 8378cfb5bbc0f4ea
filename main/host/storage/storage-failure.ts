// What the system or SQLite says when a file cannot be written or read in; a reason from the host's closed list out.
import { HostFailure } from '../../contract/errors.ts'
import { say, type SentenceCode } from '../../contract/sentences.ts'

/**
 * @param file the file or folder that was being worked on
 * @returns a `HostFailure` where the reason is a known one; the error itself otherwise
 */
export function storageFailure(error: unknown, file: string): unknown {
  if (error instanceof HostFailure || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') {
    return new HostFailure({ code: 'disk-full', file, ...say('disk-full', { file }) }, { cause: error })
  }
  const sentence = sentenceFor(code)
  if (sentence === undefined) return error
  return new HostFailure(
    { code: 'bad-file', file, line: null, column: null, ...say(sentence, { file }) },
    { cause: error },
  )
}

/** Whether another program held the database for longer than a statement waits; trying again is all it takes. */
export function isBusy(error: unknown): boolean {
  const cause = error instanceof HostFailure ? error.cause : error
  return cause instanceof Error && 'code' in cause && String(cause.code).startsWith('SQLITE_BUSY')
}

function sentenceFor(code: string): SentenceCode | undefined {
  switch (code) {
    case 'ENOENT':
      return 'file-not-there'
    case 'EACCES':
    case 'EPERM':
    case 'SQLITE_READONLY':
    case 'SQLITE_CANTOPEN':
      return 'file-no-rights'
    case 'SQLITE_BUSY':
      return 'file-held'
    case 'EROFS':
      return 'disk-read-only'
    case 'EISDIR':
      return 'file-is-folder'
    case 'EIO':
    case 'SQLITE_IOERR':
      return 'disk-error'
    default:
      return undefined
  }
}
