// What the window asks about downloads in, answers out.
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'
import type { HostHandlers } from '../../contract/host.ts'
import type { KnownFiles } from '../uploads/known-files.ts'
import type { Catalogue } from './catalogue.ts'
import type { DownloadManager } from './download-manager.ts'

type DownloadMethod = Extract<keyof HostHandlers, `catalogue.${string}` | `downloads.${string}`>

export function downloadHandlers(
  catalogue: Catalogue,
  manager: DownloadManager,
  files: KnownFiles,
): Pick<HostHandlers, DownloadMethod> {
  return {
    'catalogue.models': async () => catalogue.models,
    'catalogue.benchmarks': async () => catalogue.benchmarks,
    'downloads.list': async () => manager.list(),
    'downloads.start': async (item) => manager.start(item),
    'downloads.pause': async ({ download_id }) => manager.pause(download_id),
    'downloads.resume': async ({ download_id }) => manager.resume(download_id),
    'downloads.open': async ({ download_id }) => {
      const { name, status, result } = manager.get(download_id)
      if (result?.made === 'folder') return files.register(result.folder, name)
      throw new HostFailure({
        code: 'not-allowed-now',
        status,
        ...say('download-no-folder', { name, status }),
      })
    },
    'downloads.remove': async ({ download_id }) => {
      await manager.remove(download_id)
      return {}
    },
  }
}
