// What changes the speed of a run and not its recipe.
import { z } from 'zod'

/** Settings of the process a run has to itself; they are in force before TensorFlow is loaded. */
export const Runtime = z.object({
  backend: z.enum(['native']).default('native').meta({
    title: 'Backend',
    description: 'native: TensorFlow through its C library.',
    group: 'runtime',
  }),
  threads: z.int().min(0).max(1024).default(0).meta({
    title: 'Threads',
    description: 'Threads of one operation; 0 lets TensorFlow take every core.',
    group: 'runtime',
  }),
  padding: z.enum(['packed', 'max_seq_length']).default('packed').meta({
    title: 'Padding',
    description:
      'packed: short examples share rows, or rows are as short as their batch allows, so that little padding is computed; the updates are the same. max_seq_length: every example has a row of that length, as in the original.',
    group: 'runtime',
  }),
})
export type Runtime = z.infer<typeof Runtime>
