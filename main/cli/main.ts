// The command line's program: arguments in, results on standard output, everything else on standard error, and a documented exit code.
import { CommanderError } from 'commander'
import { EngineFailure } from '../../engine/spec/errors.ts'
import { HostFailure } from '../contract/errors.ts'
import { programAt } from '../shell/program.ts'
import { CommandFailure, EXIT } from './failure.ts'
import { originalSpelling } from './flags.ts'
import { plain } from './print.ts'
import { albertCommand, withoutExit } from './program.ts'

async function main(words: string[]): Promise<number> {
  try {
    const albert = withoutExit(albertCommand(programAt(__dirname)))
    await albert.parseAsync(originalSpelling(albert, words), { from: 'user' })
    return 0
  } catch (thrown) {
    return explained(thrown)
  }
}

/** One clear line; the stack only where the fault is the program's own. */
function explained(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : EXIT.usage // it has said why
  if (thrown instanceof CommandFailure) {
    process.stderr.write(`${plain(thrown.message)}\n`)
    return thrown.exit_code
  }
  if (thrown instanceof EngineFailure) {
    process.stderr.write(`${plain(thrown.message)}\n`)
    return EXIT.failure
  }
  if (thrown instanceof HostFailure) {
    process.stderr.write(`${plain(thrown.message)}\n`)
    return thrown.error.code === 'invalid-input' ? EXIT.usage : EXIT.failure
  }
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  process.stderr.write(`${plain(text)}\n`)
  return EXIT.failure
}

// What was piped into a program that ended early, as `albert jobs | head`, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

main(process.argv.slice(2)).then(
  (code) => process.stdout.write('', () => process.exit(code)), // a pipe may still hold what was printed
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`)
    process.exit(EXIT.failure)
  },
)
