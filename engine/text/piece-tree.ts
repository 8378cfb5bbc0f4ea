// Pieces with their scores in, a tree over their characters out: in flat arrays, for it is walked at every letter of every new word.

export type PieceTree = {
  start: number
  /** The node behind `node` and a code unit; -1 where no piece goes on so. */
  next(node: number, unit: number): number
  /** NaN where no piece ends. */
  scoreOf(node: number): number
}

export function pieceTree(scores: ReadonlyMap<string, number>): PieceTree {
  const units = [...scores.keys()].reduce((sum, { length }) => sum + length, 1)
  const ends = new Float64Array(units).fill(NaN)
  const slots = 2 ** Math.ceil(Math.log2(2 * units)) // at most half full
  const mask = slots - 1
  const froms = new Int32Array(slots).fill(-1)
  const codes = new Uint16Array(slots)
  const nodes = new Int32Array(slots)
  let used = 1
  const slotOf = (node: number, unit: number): number => {
    let slot = (Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b)) >>> 0
    slot = (slot ^ (slot >>> 15)) & mask
    while (froms[slot] !== -1 && (froms[slot] !== node || codes[slot] !== unit)) slot = (slot + 1) & mask
    return slot
  }
  for (const [piece, score] of scores) {
    let node = 0
    for (let at = 0; at < piece.length; at++) {
      const unit = piece.charCodeAt(at)
      const slot = slotOf(node, unit)
      if (froms[slot] === -1) {
        froms[slot] = node
        codes[slot] = unit
        nodes[slot] = used++
      }
      node = nodes[slot] ?? 0
    }
    ends[node] = score
  }
  return {
    start: 0,
    next(node, unit) {
      const slot = slotOf(node, unit)
      return froms[slot] === -1 ? -1 : (nodes[slot] ?? -1)
    },
    scoreOf: (node) => ends[node] ?? NaN,
  }
}
