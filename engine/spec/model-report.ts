// What the engine is asked beside runs, and what it answers: what is in a model's files, what a run would take, how fast it computes.
import { z } from 'zod'
import { AlbertConfig } from './albert-config.ts'
import { RunRequest } from './run.ts'
import { RunPlan } from './run-plan.ts'
import { Runtime } from './runtime.ts'

/** In which of the known layouts a model's files came. */
export const ModelForm = z.enum(['released', 'hugging-face', 'saved-model'])
export type ModelForm = z.infer<typeof ModelForm>

/** What to make of `hidden_act: gelu` in a Hugging Face folder: there it is the erf form, here the tanh form. */
export const GeluReading = z.enum(['refuse', 'tanh'])
export type GeluReading = z.infer<typeof GeluReading>

export const VariableFacts = z.object({
  name: z.string(),
  dtype: z.string(),
  shape: z.array(z.int()),
  /** Size in the file and in memory. */
  bytes: z.number(),
  /** Euclidean norm of all values. */
  l2_norm: z.number(),
})
export type VariableFacts = z.infer<typeof VariableFacts>

/** A sentence with one piece hidden, and what the model puts in its place. */
export const Probe = z.object({
  /** The sentence with `[MASK]` where the piece was. */
  sentence: z.string(),
  /** The piece that was hidden. */
  hidden: z.string(),
  /** Place of the hidden piece among all pieces, 1 for the first. */
  rank: z.int(),
  /** The likeliest pieces, first to last. */
  predictions: z.array(z.object({ piece: z.string(), probability: z.number() })),
})
export type Probe = z.infer<typeof Probe>

/** Something about the files that a person should know, and that does not keep the model from being used. */
export const ModelNote = z.object({
  code: z.enum([
    'config-from-shapes',
    'gelu-read-as-tanh',
    'heads-differ',
    'left-out',
    'vocabulary-smaller',
    'no-probe',
  ]),
  message: z.string(),
})
export type ModelNote = z.infer<typeof ModelNote>

/** A model that was read, put into the released layout and found to be whole. File names are relative to its folder. */
export const ModelReport = z.object({
  form: ModelForm,
  albert_config: AlbertConfig,
  albert_config_file: z.string(),
  spm_model_file: z.string().nullable(),
  vocab_file: z.string().nullable(),
  /** Prefix of the checkpoint. */
  init_checkpoint: z.string(),
  vocabulary_pieces: z.int(),
  variables: z.array(VariableFacts),
  /** Empty where the checkpoint has no weights for it, and a note says so. */
  probes: z.array(Probe),
  notes: z.array(ModelNote),
})
export type ModelReport = z.infer<typeof ModelReport>

/** How the values of one variable are spread. */
export const Histogram = z.object({
  least: z.number(),
  most: z.number(),
  mean: z.number(),
  stddev: z.number(),
  /** Values in each of equally wide bins from `least` to `most`. */
  counts: z.array(z.int()),
})
export type Histogram = z.infer<typeof Histogram>

/** What runs when TensorFlow has been started. */
export const StartedBackend = z.object({
  tensorflow_version: z.string(),
  device: z.enum(['CPU', 'GPU']),
  /** Words about what is not as asked for; null when all is. */
  notice: z.string().nullable(),
})
export type StartedBackend = z.infer<typeof StartedBackend>

/** What the host asks of a process of the engine. Folders are absolute. */
export const EngineQuestion = z.discriminatedUnion('ask', [
  /** Finds the model in `source`, moves or converts it into the empty folder `target`, and checks it there. */
  z.object({
    ask: z.literal('import-model'),
    source: z.string(),
    target: z.string(),
    gelu: GeluReading,
  }),
  z.object({
    ask: z.literal('histogram'),
    init_checkpoint: z.string(),
    variable: z.string(),
    bins: z.int().min(1).max(1000),
  }),
  /** Starts TensorFlow and computes something. */
  z.object({ ask: z.literal('device') }),
  /** What a run would take and do; nothing of it is read but what stands in the request. */
  z.object({
    ask: z.literal('plan'),
    request: RunRequest,
    /** Tokens of some of its examples' items, example after example. */
    lengths: z.array(z.int().min(1)).min(1),
    /** Examples that are answered by an evaluation. */
    dev_examples: z.int().min(0),
  }),
  /** How fast this machine multiplies as a run with these settings does. */
  z.object({ ask: z.literal('speed'), runtime: Runtime }),
])
export type EngineQuestion = z.infer<typeof EngineQuestion>

export const EngineAnswer = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('import-model'), report: ModelReport }),
  z.object({ ask: z.literal('histogram'), histogram: Histogram }),
  z.object({ ask: z.literal('device'), started: StartedBackend }),
  z.object({ ask: z.literal('plan'), plan: RunPlan }),
  z.object({ ask: z.literal('speed'), flops_per_second: z.number().positive() }),
])
export type EngineAnswer = z.infer<typeof EngineAnswer>

/** How far the work on a question is; `total` null where that is not known. */
export const EngineProgress = z.object({
  phase: z.enum(['reading', 'checking', 'probing']),
  done: z.number(),
  total: z.number().nullable(),
})
export type EngineProgress = z.infer<typeof EngineProgress>
