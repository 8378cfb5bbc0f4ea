// Fetched files in; a model in the store, the folder of a benchmark or a runtime out: whole or not at all.
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Benchmark } from '../../contract/catalogue.ts'
import type { ImportModel } from '../models/import-model.ts'
import { flushFolder } from '../storage/atomic-file.ts'
import type { Install } from './execution.ts'
import { splitMrpc } from './mrpc.ts'
import { expectAll, unpackKept } from './unpack-kept.ts'

/** Where benchmarks in the making lie, inside the folder of all benchmarks. */
const PARTIAL = '.partial-'

export function createInstall(
  importModel: ImportModel,
  benchmark: (id: string) => Benchmark,
  benchmarks_dir: string,
  installRuntime: Install,
): Install {
  return async (record, files, { signal, onProgress }) => {
    if (record.kind === 'runtime') return installRuntime(record, files, { signal, onProgress })
    if (record.kind === 'model') {
      const [archive = ''] = files
      const model = await importModel(archive, {
        name: record.name,
        catalogue_id: record.item_id,
        signal,
        onProgress,
      })
      return { made: 'model', model_id: model.id }
    }
    const line = benchmark(record.item_id)
    const folder = path.join(benchmarks_dir, line.id)
    const partial = path.join(benchmarks_dir, `${PARTIAL}${record.id}`)
    try {
      await rm(partial, { recursive: true, force: true })
      await mkdir(partial, { recursive: true })
      onProgress({ phase: 'unpacking', done: 0, total: null })
      const made = await prepare(line, files, partial, signal)
      await flushFolder(partial)
      await rm(folder, { recursive: true, force: true })
      await rename(partial, folder)
      await flushFolder(benchmarks_dir)
      return { made: 'folder', folder, files: made }
    } finally {
      await rm(partial, { recursive: true, force: true })
    }
  }
}

async function prepare(
  { prepare: way, keep, name }: Benchmark,
  files: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<string[]> {
  switch (way) {
    case 'mrpc':
      return splitMrpc(files, folder)
    case 'keep':
      for (const file of files) await cp(file, path.join(folder, path.basename(file)))
      return files.map((file) => path.basename(file))
    case 'unpack': {
      const made: string[] = []
      for (const archive of files) made.push(...(await unpackKept(archive, folder, keep, signal)))
      expectAll(keep, made, name)
      return made
    }
  }
}

/** Removes what was left of benchmarks in the making. */
export async function tidyBenchmarks(benchmarks_dir: string): Promise<void> {
  for (const name of await readdir(benchmarks_dir).catch(() => []))
    if (name.startsWith(PARTIAL)) await rm(path.join(benchmarks_dir, name), { recursive: true, force: true })
}
