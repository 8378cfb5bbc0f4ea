// What can be wrong with a row: the closed list, and the sentences that need no knowledge of the task.
import type { SaidFault } from '../spec/sentences.ts'
import { preprocessText } from '../text/preprocess-text.ts'
import { LONGEST_FIELD } from './row.ts'
import type { RowFault } from './row.ts'

/** `error`: the row cannot be trained on. `warning`: it can, and the original does. */
export type Fault = {
  code:
    | RowFault
    | 'file-missing'
    | 'empty-file'
    | 'missing-column'
    | 'blank-line'
    | 'column-count'
    | 'unknown-label'
    | 'empty-label'
    | 'label-not-a-number'
    | 'empty-text'
    | 'duplicate-guid'
    | 'duplicate-row'
    | 'conflicting-label'
    | 'leaked-row'
    | 'duplicate-question'
    | 'conflicting-answer'
    | 'leaked-question'
    | 'invisible-characters'
    | 'single-class'
    | 'label-only-in-dev'
    | 'no-answer'
    | 'several-answers'
    | 'answer-not-found'
    | 'bad-answers'
    | 'option-count'
    | 'unknown-answer'
    | 'bad-article'
    | 'not-squad'
    | 'unreadable-json'
  severity: 'error' | 'warning'
  file: string
  line: number | null
  column: string | null
  value: string | null
  /** What the sentence names beside place and value, for those who say it in another language. */
  facts?: Record<string, string | number>
  message: string
}

/** A fault for those who say it in another language. */
export function saidFault(
  code: Fault['code'],
  { value = null, facts = {} }: Partial<Pick<Fault, 'value' | 'facts'>> = {},
): SaidFault {
  return { code, value, facts }
}

/** Such a text is never empty after clean-up, and almost every text is such a one: signs of ASCII and ideographs stay. */
export const PRINTED = /[!-~\u3400-\u4dbf\u4e00-\u9fff]/

/** Whether nothing is left of a text after clean-up: spaces, control and combining characters are no text. */
export function isNothing(text: string): boolean {
  if (PRINTED.test(text)) return false
  return preprocessText(text).replace(/[\p{Cc}\p{Cf}\p{Z}]+/gu, '') === ''
}

export function rowFaultSentence(code: RowFault, column: string | null): string {
  switch (code) {
    case 'undecodable':
      return 'holds bytes that are no text in this encoding. Choose the encoding that the file was written in, or save it as UTF-8.'
    case 'line-too-long':
      return 'is too long to be a row (over 16 MB). The file is probably no table.'
    case 'nul':
      return `has a NUL character in ${column}. Remove it, or choose UTF-16 if the file was written so.`
    case 'field-too-long':
      return `has more than ${LONGEST_FIELD} characters in ${column}. Shorten it, or look for a line end that is missing.`
    case 'unclosed-quote':
      return 'opens a quote that is never closed. Close it, or read the file without quotes.'
    case 'bad-quoting':
      return 'has text behind a closing quote. Double the quotes inside the cell, or read the file without quotes.'
    case 'bad-json':
      return 'is no JSON object. Each line has to hold one whole object, as in {"text": "…", "label": "…"}.'
  }
}
