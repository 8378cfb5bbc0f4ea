// The process a run has to itself, as the host sees it: messages in and out, the lines of its output, and its end.
import type { ToEngine } from './engine-messages.ts'

/** Starts `dist/engine/child.cjs` with these variables added to the environment. */
export type ForkEngine = (env: Record<string, string>) => EngineProcess

export type EngineProcess = {
  /** Undefined until the process has started. */
  readonly pid: number | undefined
  /** Does nothing when the process is gone. */
  send(message: ToEngine): void
  /** What the process says; it is checked by the receiver. */
  onMessage(listener: (message: unknown) => void): void
  /** A line that native code wrote to standard output or standard error. */
  onOutput(listener: (line: string) => void): void
  /** Heard once, after the last message and the last line. A process that cannot be started ends with both null. */
  onExit(listener: (code: number | null, signal: string | null) => void): void
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
}
