// Handlers in, the host's end of a transport out: it checks every input, asks the handler, and never throws.
import type { z } from 'zod'
import { HostFailure } from './errors.ts'
import { faultsOf } from './faults.ts'
import type { HostHandlers, MethodName } from './host.ts'
import { hostContract } from './host.ts'
import type { Answer } from './transport.ts'

/** Hears of every error that no handler foresaw; the caller gets `'internal'`. */
export type OnInternal = (name: string, cause: unknown) => void

/** Answers one call as it travels. */
export function serve(handlers: HostHandlers, onInternal: OnInternal) {
  return async (name: string, input: unknown): Promise<Answer> => {
    if (!Object.hasOwn(hostContract.methods, name)) return unknownMethod(name.slice(0, 100))
    const method = name as MethodName
    const schema: z.ZodType = hostContract.methods[method].input
    const handler = handlers[method] as (parsed: unknown) => Promise<unknown>
    return answerOf(
      method,
      async () => {
        const parsed = schema.safeParse(input)
        if (parsed.success) return handler(parsed.data)
        const faults = faultsOf(parsed.error, input)
        const message = faults.map((fault) => fault.message).join(' ')
        throw new HostFailure({ code: 'invalid-input', faults, message })
      },
      onInternal,
    )
  }
}

/** Does the work and makes an answer of how it ended. */
export async function answerOf(
  name: string,
  work: () => Promise<unknown>,
  onInternal: OnInternal,
): Promise<Answer> {
  try {
    return { ok: true, value: await work() }
  } catch (cause) {
    if (cause instanceof HostFailure) return { ok: false, error: cause.error }
    onInternal(name, cause)
    const reason = cause instanceof Error ? cause.message : String(cause)
    return { ok: false, error: { code: 'internal', message: `${name} failed: ${reason} (the log has more)` } }
  }
}

function unknownMethod(name: string): Answer {
  const message = `The host has no method ${JSON.stringify(name)}: page and program are of different versions. Start the program anew.`
  return { ok: false, error: { code: 'not-found', what: 'method', id: name, message } }
}
