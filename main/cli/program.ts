// The command line's commands, put together: one file for each.
import { Command } from 'commander'
import type { Program } from '../shell/program.ts'
import { addDatasets } from './commands/datasets.ts'
import { addFeatures } from './commands/features.ts'
import { addForward } from './commands/forward.ts'
import { addJobs } from './commands/jobs.ts'
import { addModels } from './commands/models.ts'
import { addRunClassifier } from './commands/run-classifier.ts'
import { addRunGlue } from './commands/run-glue.ts'
import { addRunRace } from './commands/run-race.ts'
import { addRunSquad } from './commands/run-squad.ts'
import { addRuntimes } from './commands/runtimes.ts'
import { addSample } from './commands/sample.ts'
import { addServe } from './commands/serve.ts'
import { addTokenize } from './commands/tokenize.ts'
import { addVariables } from './commands/variables.ts'

const AFTER_HELP = `
Flags are written as in the original: --flag=value, --flag value, --flag and --noflag.
Results go to standard output, everything else to standard error.

Exit codes: 0 done; 1 it failed, with the reason in one line; 2 the command line is not understood;
130 interrupted: the job is saved, and the line says how to go on.`

/** All commands, ready to parse; errors of usage are thrown, not exited on. */
export function albertCommand(program: Program): Command {
  const albert = new Command('albert')
    .description('Fine-tunes ALBERT on this machine. The same jobs stand in the window.')
    .version(program.version, '--version', 'print the version')
    .helpCommand(false)
    .addHelpText('after', AFTER_HELP)
  addRunClassifier(albert, program).helpGroup('Training:')
  addRunGlue(albert, program).helpGroup('Training:')
  addRunSquad(albert, program, 'run_squad_v1').helpGroup('Training:')
  addRunSquad(albert, program, 'run_squad_v2').helpGroup('Training:')
  addRunRace(albert, program).helpGroup('Training:')
  addSample(albert, program).helpGroup('Training:')
  addJobs(albert, program).helpGroup('What is there:')
  addModels(albert, program).helpGroup('What is there:')
  addDatasets(albert, program).helpGroup('What is there:')
  addRuntimes(albert, program).helpGroup('What is there:')
  addServe(albert, program).helpGroup('Window:')
  addTokenize(albert).helpGroup('For scripts:')
  addFeatures(albert).helpGroup('For scripts:')
  addForward(albert, program).helpGroup('For scripts:')
  addVariables(albert).helpGroup('For scripts:')
  return albert
}

/** Makes every command throw CommanderError instead of ending the process. */
export function withoutExit(command: Command): Command {
  command.exitOverride()
  for (const child of command.commands) withoutExit(child)
  return command
}
