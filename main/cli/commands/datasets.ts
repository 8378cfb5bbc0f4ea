// albert datasets: what was imported, and the import of a file without the window.
import { basename, extname } from 'node:path'
import type { Command } from 'commander'
import type { ColumnRef } from '../../../engine/spec/task-spec.ts'
import type { DatasetDraft, FilePreview, HostClient } from '../../contract/host.ts'
import type { RecognizedDataset } from '../../contract/datasets.ts'
import type { FileRef } from '../../contract/transport.ts'
import type { DatasetRecord } from '../../contract/records.ts'
import type { Program } from '../../shell/program.ts'
import { CommandFailure } from '../failure.ts'
import { withHost } from '../host-session.ts'
import { columns, printJson, printLines } from '../print.ts'
import { addBenchmarks } from './benchmark-downloads.ts'

type ImportFlags = {
  name?: string
  dev?: string
  test?: string
  text_a?: string
  text_b?: string
  label?: string
  guid?: string
  question?: string
  answer_start?: string
  options?: string
  task_name?: string
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
      'imports a file (TSV, CSV, JSON, JSON Lines, SQuAD) a folder (GLUE, RACE), or a .zip or .tar.gz of them; what is not said is guessed as in the window',
    )
    .option('--name <text>', 'how it is called; by default the file’s name')
    .option('--dev <file>', 'the file to evaluate on; by default a share of the training rows')
    .option('--test <file>', 'the file to predict')
    .option('--text_a <column>', 'column of the first text: its name, or its number from 0')
    .option('--text_b <column>', 'column of the second text; “none” for single sentences')
    .option('--label <column>', 'column of the label')
    .option('--guid <column>', 'column of the row’s own name')
    .option('--question <column>', 'column of the question; --text_a is the text that it is about')
    .option('--answer_start <column>', 'column of the place at which the answer starts in the text')
    .option('--options <columns>', 'column that lists the options, or one for each with commas between')
    .option('--task_name <name>', 'which of the benchmarks in the folder')
    .option('--kind <kind>', 'classification, regression, extractive-qa or multiple-choice')
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
        else printLines([`${dataset.name} is imported: ${runOf(dataset)} …`])
      })
    })
  addBenchmarks(datasets, program)
  return datasets
}

/** The command that trains on it. */
function runOf({ name, task: { kind, unanswerable } }: DatasetRecord): string {
  if (kind === 'extractive-qa')
    return `albert run_squad_v${unanswerable === true ? 2 : 1} --task_name='${name}'`
  return `albert ${kind === 'multiple-choice' ? 'run_race' : 'run_classifier'} --task_name='${name}'`
}

function row({ id, name, task, splits }: DatasetRecord): string[] {
  const sizes = Object.entries(splits).map(([split, { rows }]) => `${split} ${rows}`)
  return [id.slice(0, 8), task.kind, sizes.join(', '), name]
}

async function draftFrom(client: HostClient, given: string, flags: ImportFlags): Promise<DatasetDraft> {
  const added = await client.addFile(given)
  const { found, files } = await client.call('datasets.recognize', { file_ids: [added.file_id] })
  const known = chosenFrom(found, given, flags.task_name)
  const file = known?.files.train ?? trainingFile(files) ?? added
  const preview = await client.call('datasets.preview', { file_id: file.file_id })
  const { guess, format, header } = preview
  const kind = flags.kind ?? known?.kind ?? guess.kind
  const text_a = columnFrom(flags.text_a, preview, guess.text_a)
  const isTable = preview.layout === 'table' && known?.task_name == null
  if (isTable && text_a === null) {
    throw new CommandFailure(`Which column of ${given} is the text? Give --text_a.`)
  }
  return {
    name: flags.name ?? known?.title ?? basename(given, extname(given)),
    kind,
    layout: preview.layout,
    task_name: known?.task_name ?? null,
    format,
    header,
    columns: {
      guid: columnFrom(flags.guid, preview, guess.guid),
      text_a,
      text_b: columnFrom(flags.text_b, preview, guess.text_b),
      label: columnFrom(flags.label, preview, guess.label),
      question: columnFrom(flags.question, preview, guess.question),
      answer_start: columnFrom(flags.answer_start, preview, guess.answer_start),
      options:
        flags.options === undefined
          ? guess.options
          : flags.options.split(',').flatMap((name) => columnFrom(name.trim(), preview, null) ?? []),
    },
    labels: flags.labels?.split(',').map((label) => label.trim()) ?? [],
    label_aliases: {},
    files: {
      train: file.file_id,
      dev: flags.dev === undefined ? (known?.files.dev?.file_id ?? null) : await fileFor(client, flags.dev),
      test:
        flags.test === undefined ? (known?.files.test?.file_id ?? null) : await fileFor(client, flags.test),
    },
    dev_share: Number(flags.dev_share),
    seed: 12345,
    skip_faulty_rows: flags.skip_faulty_rows,
    skip_faults: [],
    work_id: null,
  }
}

async function fileFor(client: HostClient, file: string): Promise<string> {
  const { file_id } = await client.addFile(file)
  const { found, files } = await client.call('datasets.recognize', { file_ids: [file_id] })
  return found[0]?.files.train?.file_id ?? trainingFile(files)?.file_id ?? file_id
}

/** Of a folder or an archive with tables of one's own: the only one, or the one that is called so. */
function trainingFile(files: readonly FileRef[]): FileRef | undefined {
  return files.length === 1 ? files[0] : files.find(({ name }) => /train/i.test(name))
}

/** What a file or folder was recognised as. Of several, --task_name says which; null: a table of one's own. */
function chosenFrom(
  found: readonly RecognizedDataset[],
  given: string,
  wanted: string | undefined,
): RecognizedDataset | null {
  const names = found.map(({ task_name, title }) => task_name ?? title)
  if (wanted !== undefined) {
    const named = found.find(({ task_name }) => task_name?.toLowerCase() === wanted.toLowerCase())
    if (named !== undefined) return named
    throw new CommandFailure(
      `${given} does not hold ${wanted}; ${names.length === 0 ? 'nothing known was found in it' : `it holds ${names.join(', ')}`}.`,
    )
  }
  if (found.length > 1) {
    throw new CommandFailure(`${given} holds ${names.join(', ')}. Say which with --task_name.`)
  }
  return found[0] ?? null
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
