// The headless server's program: flags in, the pages served on loopback, the address on standard output.
import { Command } from 'commander'
import { programAt } from '../shell/program.ts'
import { serveOptions, withServeFlags } from './flags.ts'
import { serveUntilSignal } from './serve.ts'

const command = withServeFlags(
  new Command('albert-server').description('Serves the pages of ALBERT Workbench on this machine.'),
)

command
  .action(async (flags: Record<string, unknown>) => {
    await serveUntilSignal(programAt(__dirname), serveOptions(flags))
    process.exit(0)
  })
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  })
