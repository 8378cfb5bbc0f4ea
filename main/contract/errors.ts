// The closed list of ways in which the host can refuse a call. Each carries a sentence that says what, where and what next.
import { z } from 'zod'
import { FaultFacts, SaidFault } from '../../engine/spec/sentences.ts'

export { FaultFacts, SaidFault }

const sentence = { message: z.string(), fault: SaidFault.optional() }

/** One broken rule of a form: which field, and why, in words. */
export const FieldFault = z.object({ field: z.string(), message: z.string() })
export type FieldFault = z.infer<typeof FieldFault>

export const HostError = z.discriminatedUnion('code', [
  z.object({ code: z.literal('invalid-input'), faults: z.array(FieldFault), ...sentence }),
  z.object({
    code: z.literal('not-found'),
    what: z.enum(['model', 'dataset', 'job', 'download', 'runtime', 'file', 'method']),
    id: z.string(),
    ...sentence,
  }),
  z.object({ code: z.literal('not-allowed-now'), status: z.string(), ...sentence }),
  z.object({
    code: z.literal('bad-file'),
    file: z.string(),
    line: z.int().nullable(),
    column: z.string().nullable(),
    ...sentence,
  }),
  z.object({ code: z.literal('disk-full'), file: z.string(), ...sentence }),
  z.object({ code: z.literal('in-use'), ...sentence }),
  z.object({ code: z.literal('cancelled'), ...sentence }),
  z.object({ code: z.literal('disconnected'), ...sentence }),
  z.object({ code: z.literal('internal'), ...sentence }),
])
export type HostError = z.infer<typeof HostError>

/** Carries a `HostError` through code that throws; a transport turns it into the value and back. */
export class HostFailure extends Error {
  readonly error: HostError
  constructor(error: HostError, options?: ErrorOptions) {
    super(error.message, options)
    this.name = 'HostFailure'
    this.error = error
  }
}
