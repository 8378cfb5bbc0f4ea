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
  jit: z.enum(['off', 'on', 'check']).default('on').meta({
    title: 'Compile',
    description:
      'on: a step is made into one graph before it first runs, which is faster and needs less memory. off: its operations run one by one. check: both, and the run stops at the first operation that differs; slow.',
    group: 'runtime',
  }),
  precision: z.enum(['auto', 'fp32', 'bf16', 'fp16']).default('auto').meta({
    title: 'Precision',
    description:
      'Of matrix products in a compiled step; sums, normalisation, weights and moments stay fp32. bf16 rounds to 8 bits and is faster where the processor or card has a unit for it. fp16 rounds to 11 bits and scales the loss while training; it is for cards with a unit for it and none for bf16. auto: bf16 where there is a unit for it, fp16 on cards of compute capability 7, else fp32.',
    group: 'runtime',
  }),
  micro_batch_size: z.int().min(0).max(4096).default(0).meta({
    title: 'Micro-batch size',
    description:
      'Examples of a training batch that are computed at once; their gradients are added up to one update of the whole batch. 0: all of them, or as many as the memory allows.',
    group: 'runtime',
  }),
  memory_gb: z.number().min(0).max(100_000).default(0).meta({
    title: 'Memory limit',
    description:
      'What a run may take, in GB; one that needs more does not start. 0: nine tenths of what is free.',
    group: 'runtime',
  }),
})
export type Runtime = z.infer<typeof Runtime>
