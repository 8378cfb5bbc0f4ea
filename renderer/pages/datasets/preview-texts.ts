// The first rows of a file and what its columns are in, the texts that a model would read of each out.
import type { FilePreview } from '../../../main/contract/host.ts'
import type { ColumnRole, ImportChoices } from '../../stores/import-draft.ts'

export type Texts = { text_a: string; text_b: string | null }

/** A question is read before its text; of several options each is read with the text, and the first stands for them. */
export function textsOf({ layout, columns, rows }: FilePreview, { roles, kind }: ImportChoices): Texts[] {
  const position = (role: ColumnRole, known: string): number =>
    layout === 'table' ? roles.indexOf(role) : columns.indexOf(known)
  const asks = kind === 'extractive-qa' || kind === 'multiple-choice'
  const text = position('text_a', kind === 'extractive-qa' ? 'context' : 'article')
  const other = asks ? position('question', 'question') : position('text_b', '')
  const option = position('option', 'A')
  if (text < 0) return []
  return rows.map(({ cells }) => {
    const [text_a, text_b] = [cells[text] ?? '', other < 0 ? null : (cells[other] ?? '')]
    if (kind === 'extractive-qa') return { text_a: text_b ?? '', text_b: text_a }
    if (kind === 'multiple-choice') return { text_a, text_b: `${text_b ?? ''} ${cells[option] ?? ''}` }
    return { text_a, text_b }
  })
}
