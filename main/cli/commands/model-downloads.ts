// albert models catalogue and download: the released models with their TF-Hub modules, and the fetching.
import type { Command } from 'commander'
import type { CatalogueModel } from '../../contract/catalogue.ts'
import type { Program } from '../../shell/program.ts'
import { followDownload } from '../follow-download.ts'
import { withHost } from '../host-session.ts'
import { columns, printJson, printLines } from '../print.ts'

type Output = { json: boolean }

/** @param models the command `models` */
export function addModelDownloads(models: Command, program: Program): void {
  models
    .command('catalogue')
    .description('lists the released models and their TF-Hub modules')
    .option('--json', 'print them as JSON', false)
    .action(async ({ json }: Output) => {
      const all = await withHost(program, ({ client }) => client.call('catalogue.models', {}))
      if (json) printJson(all)
      else printLines(columns([['id', 'parameters', 'heads', 'address'], ...all.flatMap(rows)]))
    })
  models
    .command('download <id>')
    .description(
      'fetches a model of the catalogue, checks it and puts it beside the others; goes on where it was',
    )
    .option('--json', 'print the download as JSON', false)
    .action(async (item_id: string, { json }: Output) => {
      await withHost(program, async ({ client }) => {
        const done = await followDownload(client, { kind: 'model', item_id })
        if (json) printJson(done)
        else if (done.result?.made === 'model')
          printLines([
            `${done.name} is here: albert run_classifier --model=${done.result.model_id.slice(0, 8)} …`,
          ])
      })
    })
}

function rows({ id, parameters, albert_config, file, hub }: CatalogueModel): string[][] {
  const shape = [`${(parameters / 1e6).toFixed(1)} M`, String(albert_config.num_attention_heads)]
  return [
    [id, ...shape, file.url],
    ...hub.map((module) => [
      module.id,
      ...shape,
      module.notes.includes('einsum')
        ? `${module.handle} (needs an operation that TensorFlow 1.15 lacks)`
        : module.handle,
    ]),
  ]
}
