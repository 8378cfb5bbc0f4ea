// Dropped files in, previews, checks and datasets out: as the host does it, with a plain reader that knows no quotes.
import { TaskSpec, type ColumnRef, type SplitName } from '../../engine/spec/task-spec.ts'
import type { EncodedText } from '../../main/contract/datasets.ts'
import type { DatasetCheck, DatasetDraft, DatasetFault, FilePreview } from '../../main/contract/host.ts'
import { HostFailure } from '../../main/contract/errors.ts'
import type { DatasetRecord } from '../../main/contract/records.ts'

export type FakeFile = { name: string; text: string }

const SPLITS = ['train', 'dev', 'test'] as const

/** Looks at a file as `datasets.preview` does. */
export function previewOf(
  file_id: string,
  file: FakeFile,
  chosen: { format?: FilePreview['format'] | undefined; header?: boolean | undefined },
): FilePreview {
  if (file.text.trim() === '') {
    throw new HostFailure({
      code: 'bad-file',
      file: file.name,
      line: null,
      column: null,
      message: `${file.name} is empty. Choose a file with at least one row.`,
    })
  }
  const firstLine = file.text.split('\n')[0] ?? ''
  const guessed = firstLine.includes('\t') ? '\t' : firstLine.includes(';') ? ';' : ','
  const format = chosen.format ?? { delimiter: guessed, quote: null, encoding: 'utf-8' as const }
  const table = rowsOf(file, format.delimiter)
  const header = chosen.header ?? /label|text|sentence/i.test(firstLine)
  const width = Math.max(...table.map((row) => row.cells.length))
  const names = header ? (table[0]?.cells ?? []) : []
  const columns = Array.from({ length: width }, (_, index) => names[index] ?? String(index))
  const found = (pattern: RegExp): ColumnRef | null => columns.find((column) => pattern.test(column)) ?? null
  return {
    file_id,
    name: file.name,
    bytes: file.text.length,
    layout: 'table',
    format,
    header,
    columns,
    rows: table.slice(header ? 1 : 0, header ? 101 : 100),
    guess: {
      kind: 'classification',
      text_a: found(/text|sentence|message/i),
      text_b: found(/sentence2|text_b/i),
      label: found(/label|team|class/i),
      guid: found(/^id$/i),
      question: null,
      answer_start: null,
      options: [],
      labels: [],
    },
  }
}

/** Words in place of pieces. */
export function encodedOf(text_a: string, text_b: string | null): EncodedText {
  const first = ['[CLS]', ...text_a.split(/\s+/), '[SEP]']
  const second = text_b === null ? [] : [...text_b.split(/\s+/), '[SEP]']
  const pieces = [...first, ...second]
  return {
    pieces,
    input_ids: pieces.map((_, index) => index),
    segment_ids: pieces.map((_, index) => (index < first.length ? 0 : 1)),
    whole_length: pieces.length,
  }
}

/** Reads every row as `datasets.check` does. */
export function checkOf(draft: DatasetDraft, files: ReadonlyMap<string, FakeFile>): DatasetCheck {
  const faults: DatasetFault[] = []
  const good: Partial<Record<SplitName, string[]>> = {}
  const total: Partial<Record<SplitName, number>> = {}
  for (const split of SPLITS) {
    const id = draft.files[split]
    const file = id === null ? undefined : files.get(id)
    if (file === undefined) continue
    const table = rowsOf(file, draft.format.delimiter)
    const names = draft.header ? (table[0]?.cells ?? []) : []
    const indexOf = (ref: ColumnRef | null) => (typeof ref === 'string' ? names.indexOf(ref) : (ref ?? -1))
    const width = table[0]?.cells.length ?? 0
    good[split] = []
    total[split] = table.length - (draft.header ? 1 : 0)
    const ids = new Set<string>()
    for (const { line, cells } of table.slice(draft.header ? 1 : 0)) {
      const text = cells[indexOf(draft.columns.text_a)]
      const label = cells[indexOf(draft.columns.label)]
      const at = { split, file: file.name, line }
      if (cells.length !== width) {
        faults.push({
          ...at,
          column: null,
          value: null,
          code: 'column-count',
          facts: { has: cells.length, needs: width },
          message: `Line ${String(line)} has ${String(cells.length)} columns, the first has ${String(width)}.`,
        })
      } else if (text === undefined || text.trim() === '') {
        faults.push({
          ...at,
          column: String(draft.columns.text_a),
          value: text ?? null,
          code: 'empty-text',
          message: 'The text is empty.',
        })
      } else if (draft.kind === 'regression' && !Number.isFinite(Number(label))) {
        faults.push({
          ...at,
          column: String(draft.columns.label),
          value: label ?? null,
          code: 'not-a-number',
          message: 'The label of a regression is a number.',
        })
      } else {
        good[split].push(label ?? '')
        const guid = cells[indexOf(draft.columns.guid)]
        if (guid !== undefined && ids.has(guid)) {
          faults.push({
            ...at,
            severity: 'warning',
            column: String(draft.columns.guid),
            value: guid,
            code: 'duplicate-guid',
            message: `The id ${guid} was used before.`,
          })
        }
        if (guid !== undefined) ids.add(guid)
      }
    }
  }
  const labels =
    draft.kind === 'regression'
      ? []
      : draft.labels.length > 0
        ? draft.labels
        : [...new Set([...(good.train ?? []), ...(good.dev ?? [])])].sort()
  const countOf = (rows: readonly string[]) =>
    Object.fromEntries(labels.map((label) => [label, rows.filter((row) => row === label).length]))
  const present = SPLITS.filter((split) => good[split] !== undefined)
  return {
    faults: faults.slice(0, 1000),
    fault_count: faults.length,
    code_counts: Object.fromEntries(
      [...new Set(faults.map(({ code }) => code))].map((code) => [
        code,
        faults.filter((fault) => fault.code === code).length,
      ]),
    ),
    rows: total,
    label_counts: Object.fromEntries(present.map((split) => [split, countOf(good[split] ?? [])])),
    labels,
  }
}

/** Makes the dataset as `datasets.import` does. @throws HostFailure while faults are not left out */
export function importOf(
  id: string,
  draft: DatasetDraft,
  files: ReadonlyMap<string, FakeFile>,
  now: number,
): DatasetRecord {
  const check = checkOf(draft, files)
  const first = check.faults.find(({ severity }) => severity !== 'warning')
  if (first !== undefined && !draft.skip_faulty_rows) {
    throw new HostFailure({
      code: 'bad-file',
      file: first.file,
      line: first.line,
      column: first.column,
      message: `${first.file} line ${String(first.line)}: ${first.message}`,
    })
  }
  const splitOf = (split: SplitName) =>
    check.rows[split] === undefined
      ? null
      : {
          file: `${split}.tsv`,
          header: draft.header,
          columns: { ...draft.columns, text_a: draft.columns.text_a ?? 0 },
        }
  const task = TaskSpec.parse({
    name: draft.name,
    title: draft.name,
    kind: draft.kind,
    labels: draft.kind === 'classification' ? check.labels : null,
    format: draft.format,
    splits: { train: splitOf('train'), dev: splitOf('dev'), test: splitOf('test') },
    metrics: draft.kind === 'classification' ? ['accuracy', 'loss'] : ['pearson', 'mse'],
    best_by: draft.kind === 'classification' ? 'accuracy' : 'pearson',
  })
  const splits: DatasetRecord['splits'] = {}
  const counts = { ...check.rows }
  if (draft.files.dev === null) {
    const train = check.rows.train ?? 0
    counts.dev = Math.round(train * draft.dev_share)
    counts.train = train - counts.dev
  }
  for (const split of SPLITS) {
    const rows = counts[split]
    if (rows === undefined) continue
    splits[split] = {
      rows,
      label_counts: check.label_counts[split] ?? {},
      bytes: rows * 60,
      sha256: 'a'.repeat(64),
    }
  }
  return {
    id,
    name: draft.name,
    task,
    splits,
    version: 'a1b2c3d4e5f6',
    origin: 'imported',
    available: true,
    created_at: now,
  }
}

export function rowsOf(file: FakeFile, delimiter: string): { line: number; cells: string[] }[] {
  const lines = file.text.replace(/\n$/, '').split('\n')
  return lines.map((text, index) => ({ line: index + 1, cells: text.replace(/\r$/, '').split(delimiter) }))
}
