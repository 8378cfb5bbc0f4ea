// A draft of labelled texts and its files in; its task, with the labels that were found on the way, and all that is wrong out: in one reading.
import { labelReader } from '../../../engine/data/labels.ts'
import { labelsOf } from '../../../engine/data/guess-columns.ts'
import { createSeenTexts } from '../../../engine/data/seen-texts.ts'
import type { SplitName, TaskSpec } from '../../../engine/spec/task-spec.ts'
import { checkFile, type SplitCheck } from './check.ts'
import { invalid, taskOfDraft, type Draft, type DraftFiles } from './draft-task.ts'

export type CheckedDraft = { task: TaskSpec; checks: Partial<Record<SplitName, SplitCheck>> }

/** More different values than this are no labels. */
const MOST_LABELS = 1000

/**
 * @param onBytes hears how much was read each time
 * @throws HostFailure `invalid-input` when the draft cannot be a task; `bad-file` when a file cannot be read; an AbortError
 */
export async function checkDraft(
  draft: Draft,
  files: DraftFiles,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<CheckedDraft> {
  const texts = createSeenTexts()
  const look = { texts, signal, onBytes }
  const findsLabels = draft.kind === 'classification' && draft.task_name === null && draft.labels.length === 0
  const known = await taskOfDraft(findsLabels ? { ...draft, labels: UNKNOWN } : draft, files)
  const train = await checkFile(known, 'train', files, { ...look, any_label: findsLabels })
  const checks: CheckedDraft['checks'] = {}
  let task = known
  if (findsLabels && train !== undefined) {
    task = await taskOfDraft({ ...draft, labels: labelsFound(draft, files, train) }, files)
    train.statistics.label_counts = countsBy(task, train)
  }
  if (train !== undefined) checks.train = train
  for (const split of ['dev', 'test'] as const) {
    const check = await checkFile(task, split, files, look)
    if (check !== undefined) checks[split] = check
  }
  if (task.labels !== null) addUnlearnt(checks)
  return { task, checks }
}

/** Stand in until the labels are known. */
const UNKNOWN = ['0', '1']

function labelsFound({ columns }: Draft, { train }: DraftFiles, { statistics }: SplitCheck): string[] {
  const counts = new Map(Object.entries(statistics.label_counts))
  const column = `column ${String(columns.label)} of ${train?.name ?? 'train'}`
  if (counts.size > MOST_LABELS) {
    throw invalid('columns.label', 'too-many-labels', { most: MOST_LABELS, column })
  }
  const labels = labelsOf(counts)
  // An empty file and one with faults in every row have their own, better sentences: the check says them.
  if (labels.length === 0) return UNKNOWN
  const [only, ...others] = labels
  if (only !== undefined && others.length === 0) {
    throw invalid('columns.label', 'only-one-label', { label: only, column })
  }
  return labels
}

/** Spellings that mean one label are counted as that one. */
function countsBy(task: TaskSpec, { statistics }: SplitCheck): Record<string, number> {
  const read = labelReader(task)
  const counts = Object.create(null) as Record<string, number>
  for (const [spelling, count] of Object.entries(statistics.label_counts)) {
    const found = read(spelling)
    if ('label' in found) counts[found.label] = (counts[found.label] ?? 0) + count
  }
  return counts
}

/** A label that only dev has cannot be learnt. */
function addUnlearnt({ train, dev }: CheckedDraft['checks']): void {
  if (train === undefined || dev === undefined || Object.keys(train.statistics.label_counts).length === 0)
    return
  for (const label of Object.keys(dev.statistics.label_counts)) {
    if ((train.statistics.label_counts[label] ?? 0) > 0) continue
    const { name } = dev
    dev.statistics.warnings++
    dev.statistics.code_counts['label-only-in-dev'] =
      (dev.statistics.code_counts['label-only-in-dev'] ?? 0) + 1
    dev.faults.push({
      code: 'label-only-in-dev',
      severity: 'warning',
      file: name,
      line: null,
      column: null,
      value: label,
      message: `${name} has the label ${label}, which no training row has: it cannot be learnt. Add training rows with it.`,
    })
  }
}
