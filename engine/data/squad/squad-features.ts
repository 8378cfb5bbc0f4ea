// SQuAD questions and a tokenizer in, what the model reads of each window over their contexts out.
import type { Tokenizer } from '../../text/tokenizer-type.ts'
import { contextPieces } from './context-pieces.ts'
import type { SquadExample } from './read-squad.ts'
import { isMaxContext, windowsOver } from './windows.ts'

export type SquadFeatures = {
  /** From 1000000000, over all windows of all questions. */
  unique_id: number
  /** Position of the question among the examples. */
  example_index: number
  doc_span_index: number
  input_ids: Int32Array // [tokens], not padded
  segment_ids: Int32Array // [tokens]
  /** 1 where no answer can be: everywhere but on `[CLS]` and the context; 1 on padding too. */
  p_mask: Int32Array // [tokens]
  /** Position in `input_ids` of the window's first piece. */
  context_start: number
  /** First and last code point in the context of each piece of the window. */
  tok_start_to_orig_index: number[]
  tok_end_to_orig_index: number[]
  /** Whether the window is the one that shows the piece with most context. */
  token_is_max_context: boolean[]
  /** Of the answer in `input_ids`; 0 where the window does not hold all of it; null in prediction. */
  start_position: number | null
  end_position: number | null
  is_impossible: boolean
}

export type SquadSettings = {
  max_seq_length: number
  max_query_length: number
  doc_stride: number
  do_lower_case: boolean
  /** Whether answers are looked for; in prediction every question counts as possible. */
  training: boolean
}

const FIRST_ID = 1_000_000_000

/** Questions are cut at their end. @returns the features, and the positions of the examples that could not be aligned and have none */
export function squadFeatures(
  examples: readonly SquadExample[],
  tokenizer: Pick<Tokenizer, 'tokenize' | 'encode' | 'idsOf' | 'cls' | 'sep'>,
  settings: SquadSettings,
): { features: SquadFeatures[]; dropped: number[] } {
  const features: SquadFeatures[] = []
  const dropped: number[] = []
  const piecesOf = rememberLast((context) => contextPieces(context, tokenizer, settings.do_lower_case))
  for (const [example_index, example] of examples.entries()) {
    const pieces = piecesOf(example.context)
    if (pieces === null) {
      dropped.push(example_index)
      continue
    }
    for (const one of featuresOfOne(example, pieces, tokenizer, settings)) {
      features.push({ ...one, example_index, unique_id: FIRST_ID + features.length })
    }
  }
  return { features, dropped }
}

/** The questions of a context follow each other: it is aligned once for all of them. */
function rememberLast<T>(make: (context: string) => T): (context: string) => T {
  const last = new Map<string, T>()
  return (context) => {
    const known = last.get(context)
    if (known !== undefined) return known
    last.clear()
    const made = make(context)
    last.set(context, made)
    return made
  }
}

function* featuresOfOne(
  example: SquadExample,
  pieces: NonNullable<ReturnType<typeof contextPieces>>,
  { cls, sep, encode }: Pick<Tokenizer, 'encode' | 'cls' | 'sep'>,
  { max_seq_length, max_query_length, doc_stride, training }: SquadSettings,
): Generator<Omit<SquadFeatures, 'example_index' | 'unique_id'>> {
  const query = encode(example.question).slice(0, max_query_length)
  const context_start = query.length + 2
  const answer = training && !example.is_impossible ? answerPieces(example, pieces) : null
  const windows = windowsOver(pieces.ids.length, max_seq_length - query.length - 3, doc_stride)
  for (const [doc_span_index, { start, length }] of windows.entries()) {
    const shown = Array.from({ length }, (_, at) => start + at)
    const input_ids = Int32Array.from([cls, ...query, sep, ...pieces.ids.slice(start, start + length), sep])
    const p_mask = new Int32Array(input_ids.length).fill(1)
    p_mask[0] = 0
    p_mask.fill(0, context_start, context_start + length)
    const inside = answer !== null && answer.start >= start && answer.end < start + length
    yield {
      doc_span_index,
      input_ids,
      segment_ids: new Int32Array(input_ids.length).fill(1, context_start),
      p_mask,
      context_start,
      tok_start_to_orig_index: shown.map((piece) => pieces.start[piece] ?? 0),
      tok_end_to_orig_index: shown.map((piece) => pieces.end[piece] ?? 0),
      token_is_max_context: shown.map((piece) => isMaxContext(windows, doc_span_index, piece)),
      start_position: !training ? null : inside ? answer.start - start + context_start : 0,
      end_position: !training ? null : inside ? answer.end - start + context_start : 0,
      // A window without the answer trains as one that has none, in version 1.1 as well.
      is_impossible: training && !inside,
    }
  }
}

function answerPieces(
  { answers }: SquadExample,
  { pieceAt }: NonNullable<ReturnType<typeof contextPieces>>,
): { start: number; end: number } | null {
  const [answer] = answers
  if (answer === undefined) return null
  const length = Array.from(answer.text).length
  return { start: pieceAt(answer.start, true), end: pieceAt(answer.start + length - 1, false) }
}
