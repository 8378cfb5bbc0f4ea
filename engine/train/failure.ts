// Whatever was thrown in, an EngineError out: expected failures keep their code, everything else is a bug and says so.
import { EngineFailure, type EngineError } from '../spec/errors.ts'
import { say } from '../spec/sentences.ts'

/** TensorFlow's and V8's ways to say that memory ran out. */
const OUT_OF_MEMORY =
  /\bOOM\b|ResourceExhausted|RESOURCE_EXHAUSTED|failed to allocate memory|Array buffer allocation failed/i

/** Says what ended a run as one of the closed list. */
export function errorOf(thrown: unknown, output_dir: string): EngineError {
  if (thrown instanceof EngineFailure) return thrown.error
  const { message, stack, code, path } = factsOf(thrown)
  const file = path ?? output_dir
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return { code: 'disk-full', file, ...say('run-no-space', { file }) }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'EIO')
    return { code: 'write-failed', file, ...say('run-no-access', { file, reason: message }) }
  if (OUT_OF_MEMORY.test(message))
    return { code: 'out-of-memory', ...say('run-out-of-memory', { reason: message }) }
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
