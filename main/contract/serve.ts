// Handlers in, one function out that answers any call: it checks the input, asks the handler and never throws.
import type { z } from 'zod'
import { HostFailure } from './errors.ts'
import { faultsOf } from './faults.ts'
import type { HostHandlers, MethodName } from './host.ts'
import { hostContract } from './host.ts'
import type { Answer } from './transport.ts'

/** Answers one call as it travels. */
export type Answerer = (name: string, input: unknown) => Promise<Answer>

/**
 * @param onInternal hears of every error that no handler foresaw, with the call's name; the caller gets `'internal'`
 */
export function serve(handlers: HostHandlers, onInternal: (name: string, cause: unknown) => void): Answerer {
  return async (name, input) => {
    if (!Object.hasOwn(hostContract.methods, name)) {
      const message = `The host has no method ${JSON.stringify(name.slice(0, 100))}. Page and program are of different versions; start both anew.`
      return { ok: false, error: { code: 'not-found', what: 'method', id: name.slice(0, 100), message } }
    }
    const method = name as MethodName
    const schema: z.ZodType = hostContract.methods[method].input
    const handler = handlers[method] as (input: unknown) => Promise<unknown>
    try {
      const parsed = schema.safeParse(input)
      if (!parsed.success) {
        const faults = faultsOf(parsed.error, input)
        const message = faults.map((fault) => fault.message).join(' ')
        return { ok: false, error: { code: 'invalid-input', faults, message } }
      }
      return { ok: true, value: await handler(parsed.data) }
    } catch (cause) {
      if (cause instanceof HostFailure) return { ok: false, error: cause.error }
      onInternal(method, cause)
      const reason = cause instanceof Error ? cause.message : String(cause)
      return {
        ok: false,
        error: { code: 'internal', message: `${method} failed: ${reason}. The log has more.` },
      }
    }
  }
}
