// albert datasets: what was imported, and the import of a file without the window.
import { basename, extname } from 'node:path'
import type { Command } from 'commander'
import type { ColumnRef } from '../../../engine/spec/task-spec.ts'
import type { DatasetDraft, FilePreview, HostClient } from '../../contract/host.ts'
import type { DatasetRecord } from '../../contract/records.ts'
import type { Program } from '../../shell/program.ts'
import { CommandFailure } from '../failure.ts'
import { withHost } from '../host-session.ts'
import { columns, printJson, printLines } from '../print.ts'

type ImportFlags = {
  name?: string
  dev?: string
  test?: string
  text_a?: string
  text_b?: string
  label?: string
  guid?: string
  kind?: DatasetDraft['kind']
  labels?: string
  dev_share: string
  skip_faulty_rows: boolean
  json: boolean
}

const SHOWN_FAULTS = 20

export function addDatasets(parent: Command, program: Program): Command {
  const datasets = parent.command('datasets').description('The imported datasets.')
  datasets
    .command('list', { isDefault: true })
    .description('lists them')
    .option('--json', 'print them as JSON', false)
    .action(async ({ json }: { json: boolean }) => {
      const all = await withHost(program, ({ client }) => client.call('datasets.list', {}))
      if (json) printJson(all)
      else printLines(columns([['id', 'kind', 'rows', 'name'], ...all.map(row)]))
    })
  datasets
    .command('import <file>')
    .description(
      'imports a TSV or CSV file; columns that are not named are guessed as the window guesses them',
    )
    .option('--name <text>', 'how it is called; by default the file’s name')
    .option('--dev <file>', 'the file to evaluate on; by default a share of the training rows')
    .option('--test <file>', 'the file to predict')
    .option('--text_a <column>', 'column of the first text: its name, or its number from 0')
    .option('--text_b <column>', 'column of the second text; “none” for single sentences')
    .option('--label <column>', 'column of the label')
    .option('--guid <column>', 'column of the row’s own name')
    .option('--kind <kind>', 'classification or regression')
    .option('--labels <list>', 'the labels in id order, with commas between; by default those found, sorted')
    .option('--dev_share <number>', 'share of the training rows kept for evaluation without --dev', '0.1')
    .option('--skip_faulty_rows', 'leave faulty rows out instead of refusing the file', false)
    .option('--json', 'print the dataset as JSON', false)
    .action(async (file: string, flags: ImportFlags) => {
      await withHost(program, async ({ client }) => {
        const draft = await draftFrom(client, file, flags)
        await expectNoFaults(client, draft)
        const dataset = await client.call('datasets.import', draft)
        if (flags.json) printJson(dataset)
        else
          printLines([`${dataset.name} is imported: albert run_classifier --task_name='${dataset.name}' …`])
      })
    })
  return datasets
}

function row({ id, name, task, splits }: DatasetRecord): string[] {
  const sizes = Object.entries(splits).map(([split, { rows }]) => `${split} ${rows}`)
  return [id.slice(0, 8), task.kind, sizes.join(', '), name]
}

async function draftFrom(client: HostClient, file: string, flags: ImportFlags): Promise<DatasetDraft> {
  const { file_id } = await client.addFile(file)
  const preview = await client.call('datasets.preview', { file_id })
  const { guess, format, header } = preview
  const text_a = columnFrom(flags.text_a, preview, guess.text_a)
  if (text_a === null) throw new CommandFailure(`Which column of ${file} is the text? Give --text_a.`)
  return {
    name: flags.name ?? basename(file, extname(file)),
    kind: flags.kind ?? guess.kind,
    format,
    header,
    columns: {
      guid: columnFrom(flags.guid, preview, guess.guid),
      text_a,
      text_b: columnFrom(flags.text_b, preview, guess.text_b),
      label: columnFrom(flags.label, preview, guess.label),
    },
    labels: flags.labels?.split(',').map((label) => label.trim()) ?? [],
    files: {
      train: file_id,
      dev: flags.dev === undefined ? null : (await client.addFile(flags.dev)).file_id,
      test: flags.test === undefined ? null : (await client.addFile(flags.test)).file_id,
    },
    dev_share: Number(flags.dev_share),
    seed: 12345,
    skip_faulty_rows: flags.skip_faulty_rows,
  }
}

/** A name that is in the header, or a number from 0; “none” for no column. */
function columnFrom(
  given: string | undefined,
  preview: FilePreview,
  guess: ColumnRef | null,
): ColumnRef | null {
  if (given === undefined) return guess
  if (given === 'none') return null
  if (preview.header && preview.columns.includes(given)) return given
  if (/^-?\d+$/.test(given)) return Number(given)
  throw new CommandFailure(`${preview.name} has no column ${given}; it has ${preview.columns.join(', ')}.`)
}

async function expectNoFaults(client: HostClient, draft: DatasetDraft): Promise<void> {
  const { faults, fault_count } = await client.call('datasets.check', draft)
  if (fault_count === 0) return
  for (const fault of faults.slice(0, SHOWN_FAULTS)) process.stderr.write(`${fault.message}\n`)
  if (draft.skip_faulty_rows) return
  throw new CommandFailure(
    `${fault_count} rows are at fault. Mend them, or leave them out with --skip_faulty_rows.`,
  )
}
