// The folder of the running bundle in, where everything of the program lies out; and where a person's data lies by default.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { dataFolder } from '../host/storage/paths.ts'

export type Program = {
  version: string
  /** The built pages. */
  pages_dir: string
  assets_dir: string
  /** The program that one run of the engine executes. */
  engine_file: string
  /** The native TensorFlow, where one was found. */
  tensorflow_dir: string | null
  /** Records, datasets and runs. */
  data_dir: string
}

/** @param bundle_dir `dist/electron`, `dist/server` or `dist/cli`, from which the program was started */
export function programAt(bundle_dir: string, env: NodeJS.ProcessEnv = process.env): Program {
  const root = resolve(bundle_dir, '..', '..')
  const packaged = z.object({ version: z.string() })
  const { version } = packaged.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
  const outside = resourcesBeside(root)
  const tensorflow = env['ALBERT_TENSORFLOW_DIR']
  return {
    version,
    pages_dir: join(root, 'dist', 'renderer'),
    assets_dir: join(outside ?? root, 'assets'),
    engine_file: join(root, 'dist', 'engine', 'child.cjs'),
    tensorflow_dir: tensorflow ? resolve(tensorflow) : outside && join(outside, 'tensorflow'),
    data_dir: dataFolder(env),
  }
}

/** In a packaged program the files that native code reads lie beside the archive, not in it. */
function resourcesBeside(root: string): string | null {
  return root.endsWith('app.asar') ? resolve(root, '..') : null
}
