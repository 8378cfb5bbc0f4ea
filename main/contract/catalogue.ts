// What can be fetched: the shape of `assets/models.json` and `assets/datasets.json`, and what the window is shown of them.
import { z } from 'zod'
import { AlbertConfig } from '../../engine/spec/albert-config.ts'

/** A file at an official address. `bytes` and `sha256` are null where nobody published them: the server is asked then. */
export const RemoteFile = z.object({
  /** Its name in the program's folders. */
  name: z.string().regex(/^[\w.-]+$/),
  url: z.url({ protocol: /^https$/ }),
  /** What its first bytes have to look like. */
  format: z.enum(['tar.gz', 'zip', 'json', 'text']),
  bytes: z.int().min(1).nullable(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  /** Other hosts to which its server may send on. */
  redirects_to: z.array(z.string()).default([]),
})
export type RemoteFile = z.infer<typeof RemoteFile>

/** Whose terms hold: a licence by its name, or, without one, what the authors say at the address. */
const Licence = z.object({ name: z.string().nullable(), url: z.url() })

const HubModule = z.object({
  id: z.string().min(1),
  version: z.int().min(1),
  /** What `--albert_hub_module_handle` takes in the original. */
  handle: z.url(),
  notes: z.array(z.enum(['einsum'])),
  file: RemoteFile,
})

const ReleasedModel = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  release: z.enum(['v1', 'v2', 'zh']),
  size: z.enum(['base', 'large', 'xlarge', 'xxlarge']),
  tokenizer: z.enum(['sentencepiece', 'wordpiece']),
  /** What one should know before using it; the words for each stand in the window's language files. */
  notes: z.array(z.enum(['heads-16-or-32', 'dropout-corrected', 'chinese'])),
  file: RemoteFile,
  hub: z.array(HubModule),
})

/** `assets/models.json`; names of files are relative to `assets`. */
export const ModelsFile = z.object({
  /** Configs that ship with the program and start from fresh weights. */
  built_in: z.array(
    z.object({
      id: z.string().min(1),
      name: z.string().min(1),
      albert_config_file: z.string().min(1),
      spm_model_file: z.string().min(1),
    }),
  ),
  released: z.object({
    source: z.url(),
    licence: Licence,
    models: z.array(ReleasedModel.extend({ albert_config_file: z.string().min(1) })),
  }),
})

/** A released model as the window shows it. */
export const CatalogueModel = ReleasedModel.extend({
  albert_config: AlbertConfig,
  /** Weights of the backbone with embeddings, without heads. */
  parameters: z.int(),
  licence: Licence,
  source: z.url(),
  /** What its weights take on the disk, by its parameters. */
  unpacked_bytes: z.number(),
})
export type CatalogueModel = z.infer<typeof CatalogueModel>

/** A line of `assets/datasets.json`: the files of a benchmark. */
export const Benchmark = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  group: z.enum(['GLUE', 'XNLI', 'SQuAD', 'RACE']),
  /** The built-in tasks that its files serve. */
  task_names: z.array(z.string()).min(1),
  /** Where its authors describe it. */
  page: z.url(),
  licence: Licence,
  /** A page where the authors ask to be told who uses it and for what, before it is fetched. */
  form: z.url().nullable(),
  files: z.array(RemoteFile).min(1),
  /** `unpack`: archives, of which `keep` is wanted; `keep`: the files as they are; `mrpc`: split by the ids of the dev rows. */
  prepare: z.enum(['unpack', 'keep', 'mrpc']),
  /** Paths inside the archives, `*` for any part of one name; the first folder is left off. Each has to match something. */
  keep: z.array(z.string()),
})
export type Benchmark = z.infer<typeof Benchmark>

export const BenchmarksFile = z.array(Benchmark)
