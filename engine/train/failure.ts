// Whatever was thrown in, an EngineError out: expected failures keep their code, everything else is a bug and says so.
import { EngineFailure, type EngineError } from '../spec/errors.ts'

/** TensorFlow's and V8's ways to say that memory ran out. */
const OUT_OF_MEMORY =
  /\bOOM\b|ResourceExhausted|RESOURCE_EXHAUSTED|failed to allocate memory|Array buffer allocation failed/i

/** Says what ended a run as one of the closed list. */
export function errorOf(thrown: unknown, output_dir: string): EngineError {
  if (thrown instanceof EngineFailure) return thrown.error
  const { message, stack, code, path } = factsOf(thrown)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const file = path ?? output_dir
    return {
      code: 'disk-full',
      file,
      message: `The disk is full: ${file} could not be written. What was saved before is intact. Free some space and start the run again; it goes on from its last checkpoint.`,
    }
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'EIO') {
    const file = path ?? output_dir
    return {
      code: 'write-failed',
      file,
      message: `${file} could not be read or written (${message}). Check the folder's permissions and the disk, then start the run again.`,
    }
  }
  if (OUT_OF_MEMORY.test(message)) {
    return {
      code: 'out-of-memory',
      message: `Memory ran out (${message}). Choose a smaller train_batch_size or max_seq_length, or close other programs.`,
    }
  }
  return { code: 'internal', message, ...(stack === undefined ? {} : { stack }) }
}

function factsOf(thrown: unknown): { message: string; stack?: string; code?: string; path?: string } {
  if (!(thrown instanceof Error)) return { message: String(thrown) }
  const { message, stack } = thrown
  const { code, path } = thrown as NodeJS.ErrnoException
  return {
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(code === undefined ? {} : { code }),
    ...(path === undefined ? {} : { path }),
  }
}
