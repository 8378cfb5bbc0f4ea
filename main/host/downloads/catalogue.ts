// assets/models.json and assets/datasets.json in; what can be fetched, as the window shows it and as a download needs it, out.
import path from 'node:path'
import { AlbertConfig } from '../../../engine/spec/albert-config.ts'
import {
  BenchmarksFile,
  ModelsFile,
  type Benchmark,
  type CatalogueModel,
  type RemoteFile,
} from '../../contract/catalogue.ts'
import type { DownloadItem } from '../../contract/downloads.ts'
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'
import { readJson } from '../models/catalog.ts'
import { parameterCount } from '../../../engine/spec/parameter-count.ts'
import type { DownloadPlan } from './execution.ts'

export type Catalogue = Awaited<ReturnType<typeof readCatalogue>>

/** How much larger texts are than their archive, where nobody has said. */
const TEXT_RATIO = 5

/**
 * @param folders where unpacked files will lie; a person may move the models while the program runs
 * @throws Error when the program's own files are missing or damaged
 */
export async function readCatalogue(
  assets_dir: string,
  folders: { models: () => string; benchmarks: string },
) {
  const { released } = ModelsFile.parse(await readJson(path.join(assets_dir, 'models.json')))
  const benchmarks = BenchmarksFile.parse(await readJson(path.join(assets_dir, 'datasets.json')))
  const models = await Promise.all(
    released.models.map(async ({ albert_config_file, ...model }): Promise<CatalogueModel> => {
      const albert_config = AlbertConfig.parse(await readJson(path.join(assets_dir, albert_config_file)))
      return {
        ...model,
        albert_config,
        parameters: parameterCount(albert_config),
        licence: released.licence,
        source: released.source,
        unpacked_bytes: 4 * (parameterCount(albert_config) + headCount(albert_config)),
      }
    }),
  )

  const filesOfModel = (
    id: string,
  ): { model: CatalogueModel; name: string; file: RemoteFile } | undefined => {
    for (const model of models) {
      if (model.id === id) return { model, name: model.name, file: model.file }
      const module = model.hub.find((one) => one.id === id)
      if (module !== undefined)
        return { model, name: `${model.name}, TF-Hub ${module.version}`, file: module.file }
    }
    return undefined
  }

  return {
    models,
    benchmarks,

    /** @throws HostFailure `not-found` */
    planOf: ({ kind, item_id }: DownloadItem): DownloadPlan => {
      if (kind === 'model') {
        const found = filesOfModel(item_id)
        if (found === undefined) throw unknown('model', item_id, models)
        const { name, file, model } = found
        return { name, files: [file], unpacked: { folder: folders.models(), bytes: model.unpacked_bytes } }
      }
      const { name, files, prepare } = benchmarkNamed(benchmarks, item_id)
      const packed = files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
      const bytes = prepare === 'unpack' ? packed * TEXT_RATIO : packed
      return { name, files, unpacked: { folder: folders.benchmarks, bytes } }
    },

    /** @throws HostFailure `not-found` */
    benchmark: (id: string): Benchmark => benchmarkNamed(benchmarks, id),
  }
}

function benchmarkNamed(benchmarks: readonly Benchmark[], id: string): Benchmark {
  const found = benchmarks.find((one) => one.id === id)
  if (found === undefined) throw unknown('dataset', id, benchmarks)
  return found
}

/** Weights of the two pretraining heads, which lie in the released files too: masked words and sentence order. */
function headCount({ embedding_size: E, hidden_size: H, vocab_size: V }: AlbertConfig): number {
  const norm = 2
  return H * E + E + norm * E + V + 2 * H + 2
}

function unknown(what: 'model' | 'dataset', id: string, all: readonly { id: string }[]): HostFailure {
  return new HostFailure({
    code: 'not-found',
    what,
    id,
    ...say('catalogue-unknown', { id, known: all.map((one) => one.id).join(', ') }),
  })
}
