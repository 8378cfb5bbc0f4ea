// albert runtimes: the builds of TensorFlow that runs can use, which one they use and why; fetch, try, delete.
import { Option, type Command } from 'commander'
import { WantedDevice, type EngineRuntime, type RuntimeReport } from '../../contract/runtimes.ts'
import type { HostClient } from '../../contract/host.ts'
import type { Program } from '../../shell/program.ts'
import { CommandFailure } from '../failure.ts'
import { followDownload } from '../follow-download.ts'
import { withHost } from '../host-session.ts'
import { columns, printJson, printLines } from '../print.ts'

type Output = { json: boolean }

export function addRuntimes(parent: Command, program: Program): Command {
  const runtimes = parent
    .command('runtimes')
    .description('The builds of TensorFlow that runs can use: for the processor, for NVIDIA cards.')
  const add = (name: string, description: string, isDefault = false): Command =>
    runtimes.command(name, { isDefault }).description(description).option('--json', 'print it as JSON', false)

  add('list', 'lists them, and says which one runs use and why', true).action(async ({ json }: Output) => {
    const report = await withHost(program, ({ client }) => client.call('runtimes.report', {}))
    if (json) printJson(report)
    else printLines(linesOf(report))
  })
  add(
    'try [id]',
    'starts TensorFlow, by default the one that runs use, computes something and says on what',
  ).action(async (id: string | undefined, { json }: Output) => {
    await withHost(program, async ({ client }) => {
      const runtime_id = id ?? (await used(client))
      const trial = await client.call('runtimes.try', { runtime_id })
      if (json) printJson(trial)
      else
        printLines([
          `TensorFlow ${trial.tensorflow_version} runs on the ${trial.device}, ${trial.seconds.toFixed(1)} s after its start.`,
          ...(trial.notice === null ? [] : [trial.notice]),
        ])
    })
  })
  add('download <id>', 'fetches one and unpacks it; goes on where it was').action(
    async (item_id: string, { json }: Output) => {
      await withHost(program, async ({ client }) => {
        const done = await followDownload(client, { kind: 'runtime', item_id })
        if (json) printJson(done)
        else printLines([`${done.name} is here.`, (await client.call('runtimes.report', {})).chosen.message])
      })
    },
  )
  add('delete <id>', 'removes one that was fetched').action(async (runtime_id: string, { json }: Output) => {
    await withHost(program, async ({ client }) => {
      const freed = await client.call('runtimes.delete', { runtime_id })
      if (json) printJson(freed)
      else printLines([`${megabytes(freed.freed_bytes)} MB are free again.`])
    })
  })
  runtimes
    .command('use')
    .description('sets what runs compute on')
    .addOption(
      new Option('--device <device>', 'auto: the card where there is one and the CUDA build is here')
        .choices(WantedDevice.options)
        .makeOptionMandatory(),
    )
    .action(async ({ device }: { device: WantedDevice }) => {
      await withHost(program, async ({ client }) => {
        await client.call('settings.set', { ...(await client.call('settings.get', {})), device })
        printLines([(await client.call('runtimes.report', {})).chosen.message])
      })
    })
  return runtimes
}

async function used(client: HostClient): Promise<string> {
  const { chosen } = await client.call('runtimes.report', {})
  if (chosen.runtime_id !== null) return chosen.runtime_id
  throw new CommandFailure(chosen.message)
}

function linesOf({ runtimes, chosen }: RuntimeReport): string[] {
  const head = ['id', 'computes on', 'state', 'download', 'on disk']
  return [...columns([head, ...runtimes.map(row)]), '', chosen.message]
}

function row({ id, device, state, origin, in_use, packed_bytes, unpacked_bytes }: EngineRuntime): string[] {
  const words = origin === 'program' ? `${state}, with the program` : state
  return [
    id,
    device === 'cuda' ? 'NVIDIA cards' : 'the processor',
    in_use ? `${words}, in use` : words,
    packed_bytes === 0 ? '' : `${megabytes(packed_bytes)} MB`,
    `${megabytes(unpacked_bytes)} MB`,
  ]
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}
