// The engine's process as one file, bundled as the program ships it, for the tests of a file.
import { build } from 'esbuild'
import { rmSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { root } from './host-fixture.ts'

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
