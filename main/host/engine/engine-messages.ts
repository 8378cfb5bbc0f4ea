// What the host and the engine's process say to each other.
import { z } from 'zod'
import { EngineError } from '../../../engine/spec/errors.ts'
import { EngineAnswer, EngineProgress, EngineQuestion } from '../../../engine/spec/model-report.ts'
import { RunEvent, RunRequest, StopReason } from '../../../engine/spec/run.ts'

export const ToEngine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), request: RunRequest }),
  /** A process answers one question, or does one run. */
  z.object({ type: z.literal('question'), question: EngineQuestion }),
  z.object({ type: z.literal('stop'), reason: StopReason }),
  /** All events up to the last message are in the records: a checkpoint that is saved now has no curve with a gap before it. */
  z.object({ type: z.literal('recorded') }),
  /** The last event, or the answer, has arrived: the process may end. */
  z.object({ type: z.literal('received') }),
])
export type ToEngine = z.infer<typeof ToEngine>

export const FromEngine = z.discriminatedUnion('type', [
  /** The process listens. */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('events'), events: z.array(RunEvent) }),
  z.object({ type: z.literal('progress'), progress: EngineProgress }),
  /** The last word on a question is one of these two. */
  z.object({ type: z.literal('answer'), answer: EngineAnswer }),
  z.object({ type: z.literal('refusal'), error: EngineError }),
])
export type FromEngine = z.infer<typeof FromEngine>
