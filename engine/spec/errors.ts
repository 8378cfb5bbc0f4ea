// The closed list of ways a run can fail. Each carries its facts and a sentence that says what, where and what next.
import { z } from 'zod'
import { Fitting } from './run-plan.ts'
import { SaidFault } from './sentences.ts'

const sentence = { message: z.string(), fault: SaidFault.optional() }
const place = { file: z.string(), line: z.int().nullable(), column: z.string().nullable() }

export const EngineError = z.discriminatedUnion('code', [
  z.object({ code: z.literal('bad-row'), ...place, ...sentence }),
  z.object({ code: z.literal('unknown-label'), ...place, label: z.string(), ...sentence }),
  z.object({ code: z.literal('empty-file'), file: z.string(), ...sentence }),
  z.object({ code: z.literal('file-missing'), file: z.string(), ...sentence }),
  z.object({ code: z.literal('data-changed'), file: z.string(), ...sentence }),
  z.object({ code: z.literal('bad-config'), field: z.string(), ...sentence }),
  z.object({ code: z.literal('bad-vocabulary'), file: z.string(), ...sentence }),
  z.object({ code: z.literal('bad-checkpoint'), file: z.string(), ...sentence }),
  z.object({ code: z.literal('disk-full'), file: z.string(), ...sentence }),
  z.object({ code: z.literal('write-failed'), file: z.string(), ...sentence }),
  z.object({ code: z.literal('out-of-memory'), ...sentence }),
  /** Said before anything is trained. Of `fitting` each setting alone is enough. */
  z.object({
    code: z.literal('does-not-fit'),
    needed_bytes: z.number(),
    allowed_bytes: z.number(),
    fitting: z.array(Fitting),
    ...sentence,
  }),
  z.object({ code: z.literal('loss-not-finite'), step: z.int(), ...sentence }),
  z.object({ code: z.literal('backend-missing'), ...sentence }),
  z.object({
    code: z.literal('engine-exited'),
    exit_code: z.int().nullable(),
    signal: z.string().nullable(),
    ...sentence,
  }),
  z.object({ code: z.literal('internal'), ...sentence, stack: z.string().optional() }),
])
export type EngineError = z.infer<typeof EngineError>

/** Carries an `EngineError` through code that throws; `run` turns it back into the value. */
export class EngineFailure extends Error {
  readonly error: EngineError
  constructor(error: EngineError, options?: ErrorOptions) {
    super(error.message, options)
    this.name = 'EngineFailure'
    this.error = error
  }
}
