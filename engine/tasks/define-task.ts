// A task as its file writes it in, the checked TaskSpec with its defaults out.
import type { z } from 'zod'
import { TaskSpec } from '../spec/task-spec.ts'

/** @throws ZodError when the declaration is at fault, on the first import */
export function defineTask(task: z.input<typeof TaskSpec>): TaskSpec {
  return TaskSpec.parse(task)
}

/** What every call in the original's `run_glue.sh` passes. */
export const RUN_GLUE = { do_lower_case: true, max_seq_length: 512, optimizer: 'adamw' } as const
