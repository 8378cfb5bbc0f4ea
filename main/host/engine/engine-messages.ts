// What the host and the engine's process say to each other.
import { z } from 'zod'
import { RunEvent, RunRequest, StopReason } from '../../../engine/spec/run.ts'

export const ToEngine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), request: RunRequest }),
  z.object({ type: z.literal('stop'), reason: StopReason }),
  /** All events up to the last message are in the records: a checkpoint that is saved now has no curve with a gap before it. */
  z.object({ type: z.literal('recorded') }),
  /** The last event has arrived: the process may end. */
  z.object({ type: z.literal('received') }),
])
export type ToEngine = z.infer<typeof ToEngine>

export const FromEngine = z.discriminatedUnion('type', [
  /** The process listens. */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('events'), events: z.array(RunEvent) }),
])
export type FromEngine = z.infer<typeof FromEngine>
