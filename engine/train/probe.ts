// A model that was pretrained in, what it puts in the place of a hidden word out: how a person sees that weights and config belong together.
import { tensor2d, tidy, type Tensor3D } from '@tensorflow/tfjs-core'
import { pretrainingHead, wordLogits } from '../model/pretraining-head.ts'
import type { ParamSpec, Params } from '../model/params.ts'
import type { AlbertConfig } from '../spec/albert-config.ts'
import type { Probe } from '../spec/model-report.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { encode, type InputTables } from './forward.ts'

/** A sentence in three parts; the middle one is hidden. */
type Sentence = readonly [before: string, hidden: string, after: string]

const ENGLISH: readonly Sentence[] = [
  ['The capital of France is', ' Paris', '.'],
  ['The opposite of hot is', ' cold', '.'],
]
const CHINESE: readonly Sentence[] = [
  ['中国的首都是北', '京', '。'],
  ['太阳从东方升', '起', '。'],
]
const SHOWN = 5

/** The weights of the masked word head, which a fine-tuned checkpoint often lacks. */
export function probeParams(config: AlbertConfig): ParamSpec[] {
  return pretrainingHead.params(config).filter(({ name }) => name.startsWith('cls/predictions/'))
}

/** Both sentences in one batch: the weights of a large model are read for it. @returns nothing where the vocabulary has no [MASK] */
export function probe(params: Params, tokenizer: Tokenizer, config: AlbertConfig): Probe[] {
  const { mask } = tokenizer
  if (mask === null) return []
  const sentences = sentencesFor(tokenizer).map((sentence) => masked(sentence, tokenizer, mask))
  const logits = tidy(() => {
    const outputs = encode(params, padded(sentences.map(({ input_ids }) => input_ids)), config)
    const masked_lm_positions = tensor2d(
      sentences.map(({ position }) => [position]),
      undefined,
      'int32',
    ) // [B, 1]
    return wordLogits(
      params,
      outputs.sequence_output as Tensor3D,
      { masked_lm_positions },
      config,
    ).arraySync()
  })
  return sentences.map(({ text, hidden_id }, index) => {
    return { sentence: text, ...answers(logits[index] ?? [], hidden_id, tokenizer) }
  })
}

function padded(rows: readonly (readonly number[])[]): InputTables {
  const length = Math.max(...rows.map((row) => row.length))
  const each = (valueOf: (row: readonly number[], place: number) => number) =>
    rows.map((row) => Array.from({ length }, (_, place) => valueOf(row, place)))
  return {
    input_ids: each((row, place) => row[place] ?? 0),
    input_mask: each((row, place) => (place < row.length ? 1 : 0)),
    segment_ids: each(() => 0),
  }
}

/** A vocabulary of characters is one for Chinese. */
function sentencesFor(tokenizer: Tokenizer): readonly Sentence[] {
  const [, character] = CHINESE[0] ?? ['', '']
  const knows = tokenizer.kind === 'wordpiece' && !tokenizer.idsOf([character]).includes(tokenizer.unk)
  return knows ? CHINESE : ENGLISH
}

/** The first piece of the hidden word becomes [MASK]. */
function masked([before, hidden, after]: Sentence, tokenizer: Tokenizer, mask: number) {
  const head = tokenizer.tokenize(before)
  const pieces = tokenizer.tokenize(before + hidden + after)
  const at = Math.min(head.length, pieces.length - 1)
  const ids = tokenizer.idsOf(pieces)
  const rest = tokenizer.tokenize(before + hidden).slice(at + 1)
  return {
    input_ids: [tokenizer.cls, ...ids.slice(0, at), mask, ...ids.slice(at + 1), tokenizer.sep],
    position: at + 1, // [CLS] is before
    hidden_id: ids[at] ?? tokenizer.unk,
    text: `${before}${hidden.startsWith(' ') ? ' ' : ''}[MASK]${rest.map(plain).join('')}${after}`,
  }
}

function answers(
  logits: ArrayLike<number>,
  hidden_id: number,
  tokenizer: Tokenizer,
): Omit<Probe, 'sentence'> {
  const known = Math.min(logits.length, tokenizer.size) // rows to spare are no pieces
  const order = Array.from({ length: known }, (_, id) => id).sort((a, b) => at(logits, b) - at(logits, a))
  const most = at(logits, order[0] ?? 0)
  let total = 0
  for (let id = 0; id < logits.length; id++) total += Math.exp(at(logits, id) - most)
  return {
    hidden: plain(tokenizer.pieceOf(hidden_id)),
    rank: order.indexOf(hidden_id) + 1,
    predictions: order.slice(0, SHOWN).map((id) => ({
      piece: plain(tokenizer.pieceOf(id)),
      probability: Math.exp(at(logits, id) - most) / total,
    })),
  }
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? -Infinity
}

/** A piece as a person reads it: without the marks of where words begin. */
function plain(piece: string): string {
  return piece.replace(/^▁|^##/, '')
}
