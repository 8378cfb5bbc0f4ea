// The catalogue that ships, and downloads in every state: for the host in memory.
import { AlbertConfig } from '../../engine/spec/albert-config.ts'
import { BenchmarksFile, ModelsFile, type CatalogueModel } from '../../main/contract/catalogue.ts'
import { freshDownload, type DownloadItem, type DownloadRecord } from '../../main/contract/downloads.ts'
import datasets from '../../assets/datasets.json'
import models from '../../assets/models.json'
import { fakeRuntimes } from './fake-runtimes.ts'

const { released } = ModelsFile.parse(models)

const SHAPES = {
  base: { hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, parameters: 11_683_584 },
  large: { hidden_size: 1024, num_hidden_layers: 24, num_attention_heads: 16, parameters: 17_683_968 },
  xlarge: { hidden_size: 2048, num_hidden_layers: 24, num_attention_heads: 16, parameters: 58_724_864 },
  xxlarge: { hidden_size: 4096, num_hidden_layers: 12, num_attention_heads: 64, parameters: 222_595_584 },
}

export const fakeCatalogue: CatalogueModel[] = released.models.map(({ albert_config_file: _, ...model }) => {
  const { parameters, ...shape } = SHAPES[model.size]
  const dropout = model.release === 'v1' && model.size !== 'xxlarge' ? 0.1 : 0
  return {
    ...model,
    albert_config: AlbertConfig.parse({
      ...shape,
      vocab_size: model.release === 'zh' ? 21_128 : 30_000,
      hidden_act: model.release === 'zh' ? 'relu' : 'gelu',
      hidden_dropout_prob: dropout,
      attention_probs_dropout_prob: dropout,
      intermediate_size: 4 * shape.hidden_size,
    }),
    parameters,
    licence: released.licence,
    source: released.source,
    unpacked_bytes: 4 * parameters,
  }
})

export const fakeBenchmarks = BenchmarksFile.parse(datasets)

/** A download that has just begun. */
export function startedDownload(id: string, { kind, item_id }: DownloadItem): DownloadRecord {
  const line =
    kind === 'model'
      ? fakeCatalogue.find((model) => model.id === item_id)
      : fakeBenchmarks.find((one) => one.id === item_id)
  const wheels = fakeRuntimes.runtimes.find((one) => kind === 'runtime' && one.id === item_id)
  const files =
    wheels !== undefined
      ? [{ name: 'tensorflow.whl', url: 'pkg:pypi/tensorflow@2.21.0', bytes: wheels.packed_bytes }]
      : line === undefined
        ? []
        : 'files' in line
          ? line.files
          : [line.file]
  const created_at = Date.UTC(2026, 5, 1, 12)
  const fresh = freshDownload({ id, kind, item_id, name: line?.name ?? item_id, created_at }, files)
  return { ...fresh, status: 'downloading' }
}

const half = (record: DownloadRecord, share: number, total: number): DownloadRecord => ({
  ...record,
  files: record.files.map((file) => ({ ...file, bytes_total: total, bytes_done: Math.round(total * share) })),
})

export const fakeDownloads: DownloadRecord[] = [
  {
    ...half(startedDownload('download-1', { kind: 'model', item_id: 'albert-large-v2' }), 0.42, 65_000_000),
    bytes_per_second: 5_400_000,
    eta_seconds: 7,
  },
  {
    ...half(startedDownload('download-2', { kind: 'model', item_id: 'albert-xlarge-v2' }), 0.1, 215_000_000),
    status: 'failed',
    fault: {
      code: 'portal',
      facts: { host: 'storage.googleapis.com' },
      message:
        'A web page came instead of the file from storage.googleapis.com: a network that asks to log in does that. Log in with a browser, then try again.',
    },
  },
  {
    ...half(startedDownload('download-3', { kind: 'dataset', item_id: 'mnli' }), 0.7, 312_783_507),
    status: 'paused',
  },
]
