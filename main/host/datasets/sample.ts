// The sample's files in the program's assets in, the sample as a dataset out: imported when it is not there yet.
import path from 'node:path'
import { stat } from 'node:fs/promises'
import { sample } from '../../../engine/tasks/sample.ts'
import { SplitName } from '../../../engine/spec/task-spec.ts'
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'
import type { DatasetRecord } from '../../contract/records.ts'
import { checkFiles } from './check.ts'
import type { DatasetStore } from './dataset-store.ts'
import type { DraftFiles } from './draft-task.ts'
import { sha256OfFile } from '../storage/file-hash.ts'
import { importDataset } from './import.ts'

/**
 * @param folder of all datasets
 * @throws HostFailure `bad-file` when the sample's text was not made yet; `disk-full`
 */
export async function findSample(
  datasets: DatasetStore,
  assets_dir: string,
  folder: string,
  signal: AbortSignal,
): Promise<DatasetRecord> {
  const files = await sampleFiles(path.join(assets_dir, 'generated', 'sample'))
  const known = (await datasets.list()).filter(({ origin, available }) => origin === 'sample' && available)
  for (const record of known) if (await holds(record, files)) return record
  const plan = {
    name: sample.title,
    origin: 'sample' as const,
    task: sample,
    files,
    checks: await checkFiles(sample, files, signal),
    dev_share: 0.1,
    seed: 0,
    skip_faulty_rows: false,
    skip_faults: [],
  }
  const record = await importDataset(plan, folder, signal)
  datasets.add(record)
  return record
}

async function sampleFiles(folder: string): Promise<DraftFiles> {
  const files: DraftFiles = {}
  for (const split of SplitName.options) {
    const source = sample.splits[split]
    if (source === null) continue
    const file = path.join(folder, source.file)
    const found = await stat(file).catch(() => undefined)
    if (found?.isFile() !== true) {
      throw new HostFailure({
        code: 'bad-file',
        file,
        line: null,
        column: null,
        ...say('sample-missing', { file }),
      })
    }
    files[split] = { path: file, name: path.basename(file) }
  }
  return files
}

/** A newer version of the program may make another sample. */
async function holds({ splits, task }: DatasetRecord, files: DraftFiles): Promise<boolean> {
  if (JSON.stringify(task) !== JSON.stringify(sample)) return false
  for (const split of SplitName.options) {
    const file = files[split]
    if (file !== undefined && splits[split]?.sha256 !== (await sha256OfFile(file.path))) return false
  }
  return true
}
