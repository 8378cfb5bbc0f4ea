// A set-up step that cannot go on: one sentence that names what is missing, and what to do about it.

export class SetupError extends Error {
  /**
   * @param {string} message what is missing and how to get it, in one sentence
   * @param {{ cause?: unknown, log?: string }} [details] `log`: the output of the command that failed, shown above the sentence
   */
  constructor(message, details = {}) {
    super(message, { cause: details.cause })
    this.name = 'SetupError'
    this.log = details.log ?? ''
  }
}

/**
 * What a person reads: the words of the program that failed, if any, then the sentence.
 * @param {SetupError} error
 */
export function explainSetupError({ log, message }) {
  return log ? `${log.trimEnd()}\n\n${message}` : message
}

/**
 * The sentence for a failed file operation where the reason is the disk; any other failure as it is.
 * @param {unknown} error
 * @param {string} folder
 * @returns {unknown}
 */
export function explainDisk(error, folder) {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new SetupError(
      `The disk that holds ${folder} is full; free some space, or set ALBERT_CACHE_DIR to a folder on another disk, and run the command again.`,
      { cause: error },
    )
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new SetupError(
      `The folder ${folder} cannot be written; make it writable, or set ALBERT_CACHE_DIR to a folder that is, and run the command again.`,
      { cause: error },
    )
  }
  return error
}
