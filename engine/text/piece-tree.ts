// The pieces of a vocabulary in, a tree over their characters with their scores out: in flat arrays, for it is walked at every letter of every new word.
import type { Piece } from './sentencepiece-model.ts'

export type PieceTree = {
  start: number
  /** The node behind `node` and a code unit; -1 where no piece goes on so. */
  next(node: number, unit: number): number
  /** NaN where no piece ends. */
  scoreOf(node: number): number
  /** Where the vocabulary lists the piece that ends there. */
  placeOf(node: number): number
  /** Of a character that no piece is. */
  unknown_score: number
}

/** An unknown character costs the lowest score of the vocabulary and this. */
const UNKNOWN_PENALTY = 10
/** What SentencePiece takes for the highest score: it looks for one above the smallest positive float, and scores are negative. */
const HIGHEST = 2 ** -126
const USER_DEFINED = -0.1

/** So many places are tried before the search begins further on. */
const FAR = 64

type Listed = { piece: string; place: number; score: number }

/**
 * A double array (Aoe, 1989): the node behind `node` and a unit is at `bases[node]` and the number of the unit, if the place
 * there belongs to `node`. No two nodes want the same place.
 */
export function pieceTree(pieces: readonly Piece[]): PieceTree {
  const listed = listedIn(pieces)
  const numbers = unitNumbers(listed) // 0: no piece has such a unit
  const widest = numbers.reduce((most, number) => Math.max(most, number), 0)
  const bases = growing(0)
  const owners = growing(-1)
  const scores = new Map<number, Listed>()
  let lowest_free = widest + 1 // so that no base is below 0; 0 is the root, which belongs to nobody
  let roomy = lowest_free // where several places side by side were free before; what lies below is left to single children
  owners.set(0, 0)

  const baseFor = (children: readonly number[]): number => {
    const first = children[0] ?? 0
    while (owners.get(lowest_free) !== -1) lowest_free++
    const isOnly = children.length === 1
    const start = isOnly ? lowest_free : Math.max(roomy, lowest_free)
    for (let place = start; ; place++) {
      if (owners.get(place) !== -1) continue
      const base = place - first
      if (!children.every((number) => owners.get(base + number) === -1)) continue
      if (!isOnly && place - start > FAR) roomy = place
      return base
    }
  }
  /** The pieces from `from` to `to` have the same first `depth` units, which lead to `node`. */
  const grow = (node: number, from: number, to: number, depth: number): void => {
    let at = from
    for (; at < to && listed[at]?.piece.length === depth; at++) scores.set(node, listed[at]!)
    const children: number[] = []
    const starts: number[] = []
    for (let last = -1; at < to; at++) {
      const number = numbers[listed[at]!.piece.charCodeAt(depth)] ?? 0
      if (number !== last) {
        children.push(number)
        starts.push(at)
      }
      last = number
    }
    if (children.length === 0) return
    const base = baseFor(children)
    bases.set(node, base)
    for (const number of children) owners.set(base + number, node)
    for (const [index, number] of children.entries())
      grow(base + number, starts[index] ?? 0, starts[index + 1] ?? to, depth + 1)
  }
  grow(0, 0, listed.length, 0)

  const size = owners.length() + widest + 1
  // Base, owner and, in the two places behind them, the score: side by side, so that they come into the processor together.
  const cells = new Int32Array(4 * size).fill(-1)
  const ends = new Float64Array(cells.buffer)
  const places = new Int32Array(size)
  for (let node = 0; node < size; node++) ends[2 * node + 1] = NaN
  for (let node = 0; node < owners.length(); node++) {
    cells[4 * node] = bases.get(node)
    cells[4 * node + 1] = owners.get(node)
  }
  cells[1] = -1
  for (const [node, { place, score }] of scores) {
    ends[2 * node + 1] = score
    places[node] = place
  }
  return {
    start: 0,
    next(node, unit) {
      const number = numbers[unit] ?? 0
      const to = (cells[4 * node] ?? 0) + number
      return number !== 0 && cells[4 * to + 1] === node ? to : -1
    },
    scoreOf: (node) => ends[2 * node + 1] ?? NaN,
    placeOf: (node) => places[node] ?? 0,
    unknown_score: Math.fround(lowestScore(pieces) - UNKNOWN_PENALTY),
  }
}

/** The pieces that a text is cut into, by their code units; of one that is listed twice the last stands last. */
function listedIn(pieces: readonly Piece[]): Listed[] {
  const listed = pieces.flatMap(({ piece, type, score }, place): Listed[] => {
    if (type === 'normal') return [{ piece, place, score }]
    return type === 'user-defined' ? [{ piece, place, score: userScore(piece) }] : []
  })
  return listed.sort((a, b) => (a.piece < b.piece ? -1 : a.piece > b.piece ? 1 : a.place - b.place))
}

function userScore(piece: string): number {
  return Buffer.byteLength(piece) * HIGHEST + USER_DEFINED
}

function lowestScore(pieces: readonly Piece[]): number {
  let lowest = 0
  for (const { type, score } of pieces) if (type === 'normal') lowest = Math.min(lowest, score)
  return lowest
}

/** The units that there are, in their order, from 1. */
function unitNumbers(listed: readonly Listed[]): Uint16Array {
  const numbers = new Uint16Array(1 << 16)
  for (const { piece } of listed) for (let at = 0; at < piece.length; at++) numbers[piece.charCodeAt(at)] = 1
  let number = 0
  for (let unit = 0; unit < numbers.length; unit++) if (numbers[unit] === 1) numbers[unit] = ++number
  return numbers
}

/** Numbers that are `otherwise` until they are set. */
function growing(otherwise: number) {
  let numbers = new Int32Array(1 << 16).fill(otherwise)
  let length = 0
  return {
    get: (at: number): number => (at < length ? (numbers[at] ?? otherwise) : otherwise),
    set(at: number, number: number): void {
      while (at >= numbers.length) {
        const more = new Int32Array(2 * numbers.length).fill(otherwise)
        more.set(numbers)
        numbers = more
      }
      numbers[at] = number
      length = Math.max(length, at + 1)
    },
    length: () => length,
  }
}
