// albert models: what --model takes, and what the window does with models: import, look at, delete.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import { GeluReading } from '../../../engine/spec/model-report.ts'
import type { HostClient } from '../../contract/host.ts'
import type { ModelDetail, ModelFolder } from '../../contract/models.ts'
import type { ModelRecord } from '../../contract/records.ts'
import type { Program } from '../../shell/program.ts'
import { CommandFailure, EXIT } from '../failure.ts'
import { withHost } from '../host-session.ts'
import { modelNamed, shortId } from '../model-named.ts'
import { columns, printJson, printLines } from '../print.ts'
import { addModelDownloads } from './model-downloads.ts'

export function addModels(parent: Command, program: Program): Command {
  const models = parent
    .command('models')
    .description('The models that --model takes, and those that can be fetched.')
  models
    .command('list', { isDefault: true })
    .description('lists them')
    .option('--json', 'print them as JSON', false)
    .action(async ({ json }: { json: boolean }) => {
      const all = await withHost(program, ({ client }) => client.call('models.list', {}))
      if (json) printJson(all)
      else printLines(columns([['id', 'parameters', 'weights', 'name'], ...all.map(row)]))
    })
  models
    .command('import <path>')
    .description(
      'takes in an archive (.tar.gz, .tar, .zip), or a released, Hugging Face, TF-Hub or SavedModel folder',
    )
    .option('--name <text>', 'how it is called; by default the name of the archive or the folder')
    .addOption(
      new Option(
        '--gelu <reading>',
        'what “gelu” means in a Hugging Face config; tanh for the published weights',
      )
        .choices(GeluReading.options)
        .default('refuse'),
    )
    .option('--json', 'print what was found as JSON', false)
    .action(async (path: string, flags: { name?: string; gelu: GeluReading; json: boolean }) => {
      await withHost(program, async ({ client }) => {
        const { file_id } = await client.addFile(resolve(path))
        const { id } = await imported(client, { file_id, ...flags })
        const detail = await client.call('models.get', { model_id: id })
        if (flags.json) printJson(detail)
        else
          printLines([
            ...summary(detail),
            `Train from it: albert run_classifier --model=${shortId(detail.record)} …`,
          ])
      })
    })
  models
    .command('show <model>')
    .description(
      'prints its config, its variables and what it answered; <model> is an id, its beginning or a name',
    )
    .option('--json', 'print it as JSON', false)
    .action(async (given: string, { json }: { json: boolean }) => {
      await withHost(program, async ({ client }) => {
        const { id } = await modelNamed(client, given)
        const detail = await client.call('models.get', { model_id: id })
        if (json) printJson(detail)
        else printLines([...summary(detail), '', ...variables(detail)])
      })
    })
  models
    .command('move <folder>')
    .description('moves all imported models into a folder of their own in <folder>, as on another disk')
    .action(async (given: string) => {
      await withHost(program, async ({ client }) => {
        const { file_id } = await client.addFile(resolve(given))
        const { folder } = await moved(client, file_id)
        printLines([`The models lie in ${folder} now.`])
      })
    })
  models
    .command('rename <model> <name>')
    .description(
      'calls an imported model otherwise; runs that used it keep the name that they were started with',
    )
    .action(async (given: string, wanted: string) => {
      await withHost(program, async ({ client }) => {
        const { id, name: before } = await modelNamed(client, given)
        const { name } = await client.call('models.rename', { model_id: id, name: wanted })
        printLines([`${before} is called ${name} now.`])
      })
    })
  models
    .command('delete <model>')
    .description('removes an imported model with its files')
    .action(async (given: string) => {
      await withHost(program, async ({ client }) => {
        const { id, name } = await modelNamed(client, given)
        const { freed_bytes } = await client.call('models.delete', { model_id: id })
        printLines([`${name} is deleted; ${megabytes(freed_bytes)} are free again.`])
      })
    })
  addModelDownloads(models, program)
  return models
}

async function imported(
  client: HostClient,
  { file_id, name, gelu }: { file_id: string; name?: string; gelu: GeluReading },
): Promise<ModelRecord> {
  const work_id = randomUUID()
  const quiet = client.on('model.import-progress', (progress) => {
    if (progress.work_id === work_id) showProgress(progress)
  })
  const call = client.call('models.import', {
    file_ids: [file_id],
    work_id,
    gelu,
    ...(name !== undefined && { name }),
  })
  return interruptible(client, work_id, call, 'The import was stopped; nothing of it is left.').finally(quiet)
}

async function moved(client: HostClient, file_id: string): Promise<ModelFolder> {
  const work_id = randomUUID()
  const quiet = client.on('model.move-progress', (progress) => {
    if (progress.work_id === work_id) showProgress({ phase: 'copying and comparing', ...progress })
  })
  const call = client.call('models.move', { to: { file_id }, work_id })
  const said = 'The move was stopped; the models lie where they were.'
  return interruptible(client, work_id, call, said).finally(quiet)
}

/** @throws CommandFailure with the sentence when a person interrupts it, which ends the work */
async function interruptible<Result>(
  client: HostClient,
  work_id: string,
  work: Promise<Result>,
  sentence: string,
): Promise<Result> {
  const interruption = new AbortController()
  const stop = (): void => {
    interruption.abort()
    void client.call('models.cancel', { work_id }).catch(() => undefined)
  }
  process.once('SIGINT', stop)
  try {
    return await work
  } catch (error) {
    if (!interruption.signal.aborted) throw error
    throw new CommandFailure(sentence, EXIT.interrupted, { cause: error })
  } finally {
    process.off('SIGINT', stop)
    if (process.stderr.isTTY && !process.stderr.write('\r\u001b[K')) await once(process.stderr, 'drain')
  }
}

/** One line that is written over, where a person looks on. */
function showProgress({ phase, done, total }: { phase: string; done: number; total: number | null }): void {
  if (!process.stderr.isTTY) return
  const share = total === null || total === 0 ? '' : ` ${Math.floor((100 * done) / total)} %`
  process.stderr.write(`\r\u001b[K${phase}${share}`)
}

function row(model: ModelRecord): string[] {
  const weights = model.available ? (model.pretrained ? 'trained' : 'fresh') : 'files gone'
  return [shortId(model), `${(model.parameters / 1e6).toFixed(1)} M`, weights, model.name]
}

function summary({ record, folder, files, report }: ModelDetail): string[] {
  const { albert_config: config } = record
  const heads = `${config.num_attention_heads} heads`
  return [
    `${record.name}: ${(record.parameters / 1e6).toFixed(1)} M parameters, ${config.num_hidden_layers} layers, ${heads}, hidden size ${config.hidden_size}, ${record.tokenizer}`,
    ...(folder === null
      ? []
      : [`${folder}: ${files.map(({ name }) => name).join(', ')} (${megabytes(record.bytes)})`]),
    ...(report?.probes ?? []).map(
      ({ sentence, hidden, rank, predictions }) =>
        `${sentence} ${predictions.map(({ piece, probability }) => `${piece} ${(100 * probability).toFixed(1)} %`).join(', ')}; “${hidden}” is number ${rank}`,
    ),
    ...(report?.notes ?? []).map(({ message }) => message),
  ]
}

function variables({ report }: ModelDetail): string[] {
  if (report === null) return ['It starts from fresh weights.']
  const rows = report.variables.map(({ name, dtype, shape, l2_norm }) => [
    name,
    dtype,
    `[${shape.join(', ')}]`,
    l2_norm.toPrecision(7),
  ])
  return columns([['name', 'dtype', 'shape', 'l2_norm'], ...rows])
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
