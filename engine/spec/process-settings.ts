// A run's runtime settings in, the environment of the process that computes it out: what native code reads when it is loaded.
import type { Runtime } from './runtime.ts'

type Asked = Pick<Runtime, 'threads'> & Partial<Pick<Runtime, 'precision'>>

type ProcessSetting = {
  name: string
  /** What the run asks for goes before everything; null where it asks for nothing. */
  asked?(runtime: Asked): string | null
  /** What is best where neither the run nor the environment says anything; without it TensorFlow chooses. */
  usual?(runtime: Asked): string | undefined
}

/** All of them. What was measured, and what is not set because it gains nothing, is in `decisions/0012-process-settings.md`. */
const PROCESS_SETTINGS: readonly ProcessSetting[] = [
  /** Errors only. */
  { name: 'TF_CPP_MIN_LOG_LEVEL', usual: () => '2' },
  /** Threads of one operation; as many as there are cores where the run does not say. */
  { name: 'TF_NUM_INTRAOP_THREADS', asked: ({ threads }) => (threads > 0 ? String(threads) : null) },
  /** Products by oneDNN. */
  { name: 'TF_ENABLE_ONEDNN_OPTS', usual: () => '1' },
  /** Else TensorFlow takes the whole memory of a card at once. */
  { name: 'TF_FORCE_GPU_ALLOW_GROWTH', usual: () => 'true' },
  /** Else a card rounds the factors of an fp32 product to 10 bits. */
  {
    name: 'NVIDIA_TF32_OVERRIDE',
    usual: ({ precision }) => (precision === 'fp32' ? '0' : undefined),
  },
]

type Environment = Readonly<Record<string, string | undefined>>

/** What has to be added to an environment for a run. What the user has set there stays, unless the run asks for something else. */
export function processSettings(runtime: Asked, environment: Environment): Record<string, string> {
  const added = PROCESS_SETTINGS.flatMap(({ name, asked, usual }): [string, string][] => {
    const value = asked?.(runtime) ?? environment[name] ?? usual?.(runtime)
    return value === undefined || value === environment[name] ? [] : [[name, value]]
  })
  return Object.fromEntries(added)
}

/** The settings that an environment holds, for the log: `TF_ENABLE_ONEDNN_OPTS=1, …`. */
export function settingsText(environment: Environment): string {
  return PROCESS_SETTINGS.flatMap(({ name }) => {
    const value = environment[name]
    return value === undefined ? [] : [`${name}=${value}`]
  }).join(', ')
}
