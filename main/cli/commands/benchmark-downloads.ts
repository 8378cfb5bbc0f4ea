// albert datasets catalogue and download: the benchmarks with their terms, and the fetching of their files.
import path from 'node:path'
import type { Command } from 'commander'
import type { Program } from '../../shell/program.ts'
import { followDownload } from '../follow-download.ts'
import { withHost } from '../host-session.ts'
import { columns, printJson, printLines } from '../print.ts'

type Output = { json: boolean }

/** @param parent the command `datasets` */
export function addBenchmarks(parent: Command, program: Program): void {
  parent
    .command('catalogue')
    .description('lists the benchmarks that can be fetched, with their terms')
    .option('--json', 'print them as JSON', false)
    .action(async ({ json }: Output) => {
      const all = await withHost(program, ({ client }) => client.call('catalogue.benchmarks', {}))
      if (json) {
        printJson(all)
        return
      }
      const rows = all.map(({ id, name, licence, form, page }) => [
        id,
        name,
        form === null ? (licence.name ?? 'the authors’ own terms') : 'fill in the authors’ form first',
        page,
      ])
      printLines(columns([['id', 'name', 'terms', 'page'], ...rows]))
    })
  parent
    .command('download <id>')
    .description('fetches the files of a benchmark and prints where they lie; goes on where it was')
    .option('--json', 'print the download as JSON', false)
    .action(async (item_id: string, { json }: Output) => {
      await withHost(program, async ({ client }) => {
        const done = await followDownload(client, { kind: 'dataset', item_id })
        if (json) printJson(done)
        else if (done.result?.made === 'folder') {
          const { folder, files } = done.result
          printLines(files.length > 20 ? [folder] : files.map((file) => path.join(folder, file)))
        }
      })
    })
}
