// What the system or SQLite says when a file cannot be written or read in; a reason from the host's closed list out.
import { HostFailure } from '../../contract/errors.ts'

/**
 * @param file the file or folder that was being worked on
 * @returns a `HostFailure` where the reason is a known one; the error itself otherwise
 */
export function storageFailure(error: unknown, file: string): unknown {
  if (error instanceof HostFailure || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') {
    const message = `There is no space left on the disk to write ${file}; free some space and try again.`
    return new HostFailure({ code: 'disk-full', file, message }, { cause: error })
  }
  const sentence = sentenceFor(code, file)
  if (sentence === undefined) return error
  return new HostFailure(
    { code: 'bad-file', file, line: null, column: null, message: sentence },
    { cause: error },
  )
}

/** Whether another program held the database for longer than a statement waits; trying again is all it takes. */
export function isBusy(error: unknown): boolean {
  const cause = error instanceof HostFailure ? error.cause : error
  return cause instanceof Error && 'code' in cause && String(cause.code).startsWith('SQLITE_BUSY')
}

function sentenceFor(code: string, file: string): string | undefined {
  switch (code) {
    case 'ENOENT':
      return `${file} does not exist; it was moved or deleted. Choose it again.`
    case 'EACCES':
    case 'EPERM':
    case 'SQLITE_READONLY':
    case 'SQLITE_CANTOPEN':
      return `${file} cannot be opened with the rights this program has; change its permissions or choose another place.`
    case 'SQLITE_BUSY':
      return `${file} is held by another program; wait until it is done, or close it, then try again.`
    case 'EROFS':
      return `${file} lies on a disk that can only be read; choose another place.`
    case 'EISDIR':
      return `${file} is a folder; choose a file.`
    case 'EIO':
    case 'SQLITE_IOERR':
      return `The disk reports an error at ${file}; check the disk, then try again.`
    default:
      return undefined
  }
}
