// What one measuring process is asked, as JSON in its last argument, and what it answers, as the last line of its standard output.
import { z } from 'zod'

/** One piece of work, the same for ours and for a peer; `way` is how it is to be done. */
export const Work = z.object({
  what: z.enum([
    'train',
    'squad',
    'inference',
    'sentences',
    'ids',
    'features',
    'lines',
    'checkpoint',
    'first-step',
    'memory',
    'estimate',
    'run',
    'learning',
    'import-table',
    'read-checkpoint',
    'import-model',
    'time-estimate',
  ]),
  /** Ours: `on` or `off`, whether steps are compiled; `tfjs`: not compiled, and with none of our gradients. A peer: see `benchmarks.ts`. */
  way: z.string(),
  /** `auto`: what a run of ours takes by itself on this machine. */
  precision: z.enum(['fp32', 'bf16', 'auto']).default('fp32'),
  batch_size: z.int().default(32),
  seq_length: z.int().default(128),
  /** Timed pieces; two before them warm up. */
  steps: z.int().default(5),
  /** No further piece is begun after so long: one at least is timed, and a warm-up that took as long is enough. */
  seconds: z.number().default(120),
  /** Of hidden states and attention alike. */
  dropout: z.number().default(0),
  seed: z.int().default(0),
  /** Of the estimates: which model. */
  size: z.enum(['small', 'base', 'large', 'xxlarge']).default('base'),
  /** Of `estimate`: what the run does with its rows. */
  task: z.enum(['sentences', 'questions', 'answers-only']).default('sentences'),
  /** Of `ids`, `features` and `lines`: what is tokenised, with the vocabulary that belongs to it. */
  language: z.enum(['english', 'chinese']).default('english'),
  /** Of `learning`: the name of the data. */
  data: z.string().default(''),
  /** Of a peer’s `run`: the share of the epoch that is really trained; the rest is reckoned from the steps that were. */
  share: z.number().default(1),
  /** What `scratch.ts` has written; results of runs go into new folders there. */
  folder: z.string(),
})
export type Work = z.infer<typeof Work>

export const Measured = z.object({
  /** In the benchmark's unit, one for each timed piece. */
  values: z.array(z.number()).min(1),
  peak_memory_bytes: z.number(),
  /** Processor time of the timed pieces together, of all threads; null where it says nothing. */
  cpu_seconds: z.number().nullable().default(null),
  /** Of what was made, where both sides are to make the same. */
  digest: z.string().nullable().default(null),
  /** What a reader of the figure has to know. */
  note: z.string().nullable().default(null),
})
export type Measured = z.input<typeof Measured>
