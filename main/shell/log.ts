// A sentence, and what caused it, in; lines on standard error out.
import { inspect } from 'node:util'

export function logSentence(sentence: string, cause?: unknown): void {
  process.stderr.write(`${[sentence, ...causes(cause)].join('\n')}\n`)
}

/** The stack of an error and of what caused it, outermost first. */
function causes(cause: unknown): string[] {
  if (cause === undefined) return []
  if (!(cause instanceof Error)) return [inspect(cause)]
  return [cause.stack ?? cause.message, ...causes(cause.cause)]
}
