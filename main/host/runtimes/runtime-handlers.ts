// What the window asks about runtimes in, answers out.
import { performance } from 'node:perf_hooks'
import type { RuntimeDeclaration, RuntimeTrial } from '../../contract/runtimes.ts'
import { RuntimesFile } from '../../contract/runtimes.ts'
import type { HostHandlers } from '../../contract/host.ts'
import { askEngine } from '../engine/ask-engine.ts'
import type { ForkEngine } from '../engine/engine-process.ts'
import { readJson } from '../models/catalog.ts'
import path from 'node:path'
import type { RuntimeStore } from './runtime-store.ts'

type RuntimeMethod = Extract<keyof HostHandlers, `runtimes.${string}`>

/** @param onRemoved told which runtime is not here any more */
export function runtimeHandlers(
  runtimes: RuntimeStore,
  fork: ForkEngine,
  closing: AbortSignal,
  onRemoved: (id: string) => Promise<void>,
): Pick<HostHandlers, RuntimeMethod> {
  return {
    'runtimes.report': async () => runtimes.report(),
    'runtimes.try': async ({ runtime_id }): Promise<RuntimeTrial> => {
      const env = await runtimes.envOf(runtime_id)
      const began = performance.now()
      const { started } = await askEngine(fork, env, { ask: 'device' }, { signal: closing })
      return { ...started, seconds: (performance.now() - began) / 1000 }
    },
    'runtimes.delete': async ({ runtime_id }) => {
      const freed = await runtimes.remove(runtime_id)
      await onRemoved(runtime_id)
      return freed
    },
  }
}

/** @throws Error when the program's own file is missing or damaged */
export async function readRuntimes(assets_dir: string): Promise<RuntimeDeclaration[]> {
  return RuntimesFile.parse(await readJson(path.join(assets_dir, 'runtimes.json')))
}
