// albert serve: the pages on this machine, without a window of their own.
import type { Command } from 'commander'
import { serveOptions, withServeFlags } from '../../server/flags.ts'
import { serveUntilSignal } from '../../server/serve.ts'
import type { Program } from '../../shell/program.ts'

export function addServe(parent: Command, program: Program): Command {
  const command = parent
    .command('serve')
    .description('Serves the same pages as the window on this machine and prints their address.')
  return withServeFlags(command).action(async (flags: Record<string, unknown>) => {
    await serveUntilSignal(program, serveOptions(flags))
  })
}
