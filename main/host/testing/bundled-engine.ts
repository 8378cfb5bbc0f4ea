// The engine's process as one file, bundled as the program ships it, for the tests of a file.
import { build } from 'esbuild'
import { rmSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, vi } from 'vitest'
import type { ForkEngine } from '../engine/engine-process.ts'
import { forkNode } from '../engine/fork-node.ts'
import type { HostOptions } from '../host.ts'
import { root, startHost, waiting, type TestHost } from './host-fixture.ts'

/**
 * What starts hosts whose runs are those of the real engine, for the tests of a file: they have the time that it takes.
 * @param between what stands between such a host and its engines
 */
export function hostsWithEngine(
  between: (fork: ForkEngine) => ForkEngine = (fork) => fork,
): (options?: Partial<HostOptions>) => Promise<TestHost> {
  vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 })
  waiting.patience = 100_000 // a busy machine is no failure
  const fork = between(forkNode(bundledEngine()))
  const tensorflow_dir = process.env['ALBERT_TENSORFLOW_DIR'] ?? null
  return (options) => startHost({ fork, tensorflow_dir, ...options })
}

/** @returns the file, there from the first test to the last; inside the checkout, so that its packages are found */
export function bundledEngine(): string {
  const file = path.join(root, `node_modules/.cache/engine-test/child-${process.pid}.cjs`)
  beforeAll(() =>
    build({
      entryPoints: [path.join(root, 'main/host/engine/child.ts')],
      outfile: file,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node16',
      external: ['@tensorflow/*'],
      logOverride: { 'empty-import-meta': 'silent' }, // read only where there is no __filename
    }),
  )
  afterAll(() => rmSync(file, { force: true }))
  return file
}
