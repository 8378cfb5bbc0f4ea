// The engine's runtimes: which builds of TensorFlow there are, which of them are here, which one runs use, and why.
import { z } from 'zod'
import { StartedBackend } from '../../engine/spec/model-report.ts'

/** What a build computes on; a CUDA build without a card computes on the processor. */
export const Device = z.enum(['cpu', 'cuda'])
export type Device = z.infer<typeof Device>

/** A Python wheel, as a package index has it: a zip of which `keep` is wanted. */
export const Wheel = z.object({
  project: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/),
  version: z.string().min(1),
  file: z.string().regex(/^[\w.+-]+\.whl$/),
  bytes: z.int().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Paths inside the wheel, `*` for any part of one name. Each has to match something. */
  keep: z.array(z.string()).min(1),
})
export type Wheel = z.infer<typeof Wheel>

/** A line of `assets/runtimes.json`: a build of TensorFlow and what it loads, laid out as in a Python environment. */
export const RuntimeDeclaration = z.object({
  id: z.string().min(1),
  device: Device,
  /** As Node names them: system and processor. */
  platform: z.string().min(1),
  version: z.string().min(1),
  licences: z.array(z.string()).min(1),
  /** What `keep` of all wheels takes on the disk. */
  unpacked_bytes: z.int().min(1),
  wheels: z.array(Wheel).min(1),
})
export type RuntimeDeclaration = z.infer<typeof RuntimeDeclaration>

export const RuntimesFile = z.array(RuntimeDeclaration)

export const EngineRuntime = z.object({
  id: z.string().min(1),
  device: Device,
  version: z.string().nullable(),
  licences: z.array(z.string()),
  /** `absent`: it can be fetched; `installed`; `damaged`: a file of it is gone or has another size. */
  state: z.enum(['absent', 'installed', 'damaged']),
  /** `program`: the one that the set-up or the package brought, which is not deleted here; `fetched`: in the data folder. */
  origin: z.enum(['program', 'fetched']).nullable(),
  folder: z.string().nullable(),
  packed_bytes: z.number(),
  unpacked_bytes: z.number(),
  /** The next run uses it. */
  in_use: z.boolean(),
  /** Processes of the engine that were started with it and have not ended. */
  processes: z.int(),
})
export type EngineRuntime = z.infer<typeof EngineRuntime>

/**
 * What was found of NVIDIA. `none`: no driver; `no-library`: a driver, and not its library, as in a container that was not
 * given it; `no-gpu`: both, and no card that can be used; `ready`.
 */
export const Nvidia = z.object({
  state: z.enum(['none', 'no-library', 'no-gpu', 'ready']),
  driver_version: z.string().nullable(),
  /** Where `libcuda.so.1` was found. */
  library: z.string().nullable(),
  /** Empty also where nothing could be asked about them. */
  gpus: z.array(
    z.object({
      name: z.string(),
      memory_bytes: z.number().nullable(),
      /** As in 8.0. */
      compute_capability: z.string().nullable(),
    }),
  ),
})
export type Nvidia = z.infer<typeof Nvidia>

/** What a person wants; `auto`: CUDA where there is a driver and the build is here. */
export const WantedDevice = z.enum(['auto', 'cpu', 'cuda'])
export type WantedDevice = z.infer<typeof WantedDevice>

/** Why a runtime was chosen; the words for each stand in the window's language files. */
export const ChoiceReason = z.enum([
  'asked-cpu',
  'asked-cuda',
  'asked-cuda-without-driver',
  'asked-cuda-absent',
  'driver',
  'driver-without-cuda',
  'no-driver',
  'cuda-alone',
  'only-cpu',
  'nothing',
])
export type ChoiceReason = z.infer<typeof ChoiceReason>

/** What a process that loaded it said. */
export const RuntimeTrial = StartedBackend.extend({
  /** From the start of the process to the result of a first computation, in seconds. */
  seconds: z.number(),
})
export type RuntimeTrial = z.infer<typeof RuntimeTrial>

export const RuntimeReport = z.object({
  runtimes: z.array(EngineRuntime),
  nvidia: Nvidia,
  chosen: z.object({
    /** Null where there is none. */
    runtime_id: z.string().nullable(),
    device: Device,
    reason: ChoiceReason,
    /** The reason in English. */
    message: z.string(),
  }),
})
export type RuntimeReport = z.infer<typeof RuntimeReport>

const OneRuntime = z.object({ runtime_id: z.string().min(1) })

export const runtimeMethods = {
  /** What there is of runtimes and of cards; it is looked at anew. */
  'runtimes.report': { input: z.object({}), output: RuntimeReport },
  /** Loads one in a process of its own and computes something. */
  'runtimes.try': { input: OneRuntime, output: RuntimeTrial },
  /** Removes one that was fetched. @throws `not-allowed-now` while something uses it */
  'runtimes.delete': { input: OneRuntime, output: z.object({ freed_bytes: z.number() }) },
} as const

export const runtimeEvents = {
  'runtimes.changed': RuntimeReport,
} as const
