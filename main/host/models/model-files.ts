// The name of a file in an archive or a folder in; whether a model may consist of it, or why such a name is refused, out.
import { HostFailure, type FaultFacts } from '../../contract/errors.ts'
import { say, type SentenceCode } from '../../contract/sentences.ts'

/** What stops a bomb, a flood of entries and a tree without end. Sizes in bytes. */
export type Caps = {
  total: number
  entries: number
  depth: number
  /** Unpacked to packed. Weights hardly shrink; a thousand is what zeros give. */
  ratio: number
  /** Bytes between two entries: headers are 512 each, and a long name is a page. */
  between_entries: number
}
export const CAPS: Caps = {
  total: 16 * 1024 ** 3,
  entries: 10_000,
  depth: 8,
  ratio: 200,
  between_entries: 1024 ** 2,
}

const LONGEST_NAME = 4096
const LONGEST_PART = 255

/** Weights in any layout, configs, vocabularies. Graphs, logs and the optimizer's other files stay out. */
const KINDS = [
  /\.data-\d{5}-of-\d{5}$/,
  /\.(?:index|safetensors|json|model|txt)$/,
  /^checkpoint$/,
  /^(?:.*[-_.])?(?:vocab|spiece|spm)(?:[-_].*)?$/i,
]

/** By the last part of its name; hidden files, as those that some archivers add, are none. */
export function isModelFile(name: string): boolean {
  return !name.startsWith('.') && KINDS.some((kind) => kind.test(name))
}

/**
 * The parts of an entry's name, all of them plain names below the folder that is unpacked into.
 * @throws HostFailure `bad-file` for names that lead elsewhere or that some system reads as another place
 */
export function safeParts(name: string, archive: string, depth: number): string[] {
  const shown = JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name)
  const refuse = (why: SentenceCode) => refusal(archive, why, { entry: shown, depth })
  if (Buffer.byteLength(name) > LONGEST_NAME) throw refuse('archive-name-too-long')
  if (/[\p{Cc}\\]/u.test(name)) throw refuse('archive-name-characters')
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) throw refuse('archive-name-outside')
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw refuse('archive-name-above')
  if (parts.length > depth) throw refuse('archive-name-deep')
  for (const part of parts) {
    const odd = /[<>:"|?*]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(part)
    if (odd || Buffer.byteLength(part) > LONGEST_PART) throw refuse('archive-name-odd')
  }
  return parts
}

/** An archive is refused as a whole. */
export function refusal(
  file: string,
  why: SentenceCode,
  facts: FaultFacts = {},
  cause?: unknown,
): HostFailure {
  const words = say(why, { file, ...facts })
  return new HostFailure({ code: 'bad-file', file, line: null, column: null, ...words }, { cause })
}
