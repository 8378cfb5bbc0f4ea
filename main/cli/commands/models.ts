// albert models: the models that can be trained, by the id that --model takes.
import type { Command } from 'commander'
import type { Program } from '../../shell/program.ts'
import { withHost } from '../host-session.ts'
import { columns, printJson, printLines } from '../print.ts'

export function addModels(parent: Command, program: Program): Command {
  return parent
    .command('models')
    .description('Lists the models that --model takes.')
    .option('--json', 'print them as JSON', false)
    .action(async ({ json }: { json: boolean }) => {
      const models = await withHost(program, ({ client }) => client.call('models.list', {}))
      if (json) {
        printJson(models)
        return
      }
      const rows = models.map(({ id, name, parameters, pretrained }) => [
        id,
        `${(parameters / 1e6).toFixed(1)} M`,
        pretrained ? 'trained' : 'fresh',
        name,
      ])
      printLines(columns([['id', 'parameters', 'weights', 'name'], ...rows]))
    })
}
