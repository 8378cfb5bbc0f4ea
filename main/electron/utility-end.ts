// The one number with which Electron tells the end of a utility process in, exit code or signal out, as Node tells them.
import { constants } from 'node:os'

/** Signals that end a process from outside or by a fault of native code. The engine itself ends with 0 or 1 only. */
const DEADLY = ['SIGKILL', 'SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE'] as const

/**
 * @param status Electron 22 and later give the signal's number as the code
 * @param killed the signal that we sent ourselves
 */
export function utilityEnd(
  status: number,
  killed: string | null,
  platform: NodeJS.Platform,
): { code: number | null; signal: string | null } {
  if (killed !== null) return { code: null, signal: killed }
  const signal = platform === 'win32' ? undefined : DEADLY.find((name) => constants.signals[name] === status)
  return signal === undefined ? { code: status, signal: null } : { code: null, signal }
}
