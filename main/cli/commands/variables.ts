// albert variables: a checkpoint in, name, dtype, shape, sum and norm of each of its variables out.
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { openBundle } from '../../../engine/checkpoint/bundle-reader.ts'
import type { VariableSummary } from '../../../engine/checkpoint/summarise.ts'
import { summarise } from '../../../engine/checkpoint/summarise.ts'
import { flag } from '../flags.ts'
import { columns, printJson, printLines } from '../print.ts'

export function addVariables(parent: Command): Command {
  return parent
    .command('variables')
    .description('Lists the variables of a TensorFlow checkpoint.')
    .addOption(flag('init_checkpoint', 'prefix', 'as in …/model.ckpt-best', 'Model').makeOptionMandatory())
    .option('--json', 'print them as JSON', false)
    .action(async ({ init_checkpoint, json }: { init_checkpoint: string; json: boolean }) => {
      const variables: VariableSummary[] = []
      for await (const each of summarise(await openBundle(resolve(init_checkpoint)))) variables.push(each)
      if (json) printJson(variables)
      else printLines(columns([['name', 'dtype', 'shape', 'sum', 'l2_norm'], ...variables.map(row)]))
    })
}

function row({ name, dtype, shape, sum, l2_norm }: VariableSummary): string[] {
  return [name, dtype, `[${shape.join(', ')}]`, sum.toPrecision(7), l2_norm.toPrecision(7)]
}
