// albert forward: a checkpoint and a batch of ids in, what every layer makes of them out. It runs in a process of its own, for it loads TensorFlow.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { z } from 'zod'
import { processSettings } from '../../../engine/spec/process-settings.ts'
import { Runtime } from '../../../engine/spec/runtime.ts'
import type { Program } from '../../shell/program.ts'
import { CommandFailure, EXIT } from '../failure.ts'
import { flag } from '../flags.ts'
import { configIn } from '../model-flags.ts'

const rows = z.array(z.array(z.int().min(0)).min(1)).min(1)
const Input = z.object({ input_ids: rows, input_mask: rows, segment_ids: rows }).refine(
  ({ input_ids, input_mask, segment_ids }) => {
    const shape = (table: number[][]): string => JSON.stringify(table.map((row) => row.length))
    const length = input_ids[0]?.length ?? 0
    const even = input_ids.every((row) => row.length === length)
    return even && shape(input_ids) === shape(input_mask) && shape(input_ids) === shape(segment_ids)
  },
  { message: 'the three tables must have the same number of rows, all of one length' },
)

export function addForward(parent: Command, program: Program): Command {
  return parent
    .command('forward')
    .description(
      'Prints {"embedding_output","all_encoder_layers","pooled_output"} of a batch as nested arrays.',
    )
    .addOption(
      flag(
        'init_checkpoint',
        'prefix',
        'the weights, as in …/model.ckpt-best',
        'Model',
      ).makeOptionMandatory(),
    )
    .addOption(
      flag('albert_config_file', 'file', 'the model’s albert_config.json', 'Model').makeOptionMandatory(),
    )
    .addOption(
      flag(
        'input',
        'file',
        '{"input_ids":[[…]],"input_mask":[[…]],"segment_ids":[[…]]}',
        'Model',
      ).makeOptionMandatory(),
    )
    .option('--json', 'JSON is what is printed, with and without this', true)
    .action(async (values: { init_checkpoint: string; albert_config_file: string; input: string }) => {
      const request = {
        init_checkpoint: resolve(values.init_checkpoint),
        albert_config: await configIn(resolve(values.albert_config_file)),
        ...(await inputIn(resolve(values.input))),
      }
      await forward(program, JSON.stringify(request))
    })
}

/** The process prints to our standard output itself; what it says on standard error is the reason when it fails. */
async function forward(program: Program, request: string): Promise<void> {
  const tensorflow = program.tensorflow_dir === null ? {} : { ALBERT_TENSORFLOW_DIR: program.tensorflow_dir }
  const child = spawn(process.execPath, [join(dirname(program.engine_file), 'forward.cjs')], {
    env: { ...process.env, ...processSettings(Runtime.parse({}), process.env), ...tensorflow },
    stdio: ['pipe', 'inherit', 'pipe'],
  })
  const said: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line))
  child.stdin.on('error', () => undefined) // it ended early, and says why
  child.stdin.end(request)
  const [code] = (await once(child, 'close')) as [number | null]
  if (code === 0) return
  const reason = said.filter((line) => !TENSORFLOW_LOG.test(line)).join('\n')
  throw new CommandFailure(reason || `The engine ended with code ${code ?? 'none'} and gave no reason.`)
}

/** Lines that TensorFlow writes while it starts, whatever its log level. */
const TENSORFLOW_LOG = /^(?:WARNING: All log messages before|[IW]\d{4} )/

async function inputIn(file: string): Promise<z.infer<typeof Input>> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CommandFailure(`--input: ${file} cannot be read.`, EXIT.failure, { cause })
  })
  const parsed = Input.safeParse(json(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new CommandFailure(`${file}: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'no JSON'}.`)
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
