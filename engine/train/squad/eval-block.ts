// Scores in, the text that `run_squad_v1` and `run_squad_v2` leave in eval_results.txt out.
import { float64Text } from '../python-text.ts'

/** The original's names and units (percent) → values; counts are written without a point. */
export type SquadScores = Record<string, number>

/** @param before the best F1 before this evaluation, as a fraction, and the text of the last block, which holds it as written */
export function evalBlock(scores: SquadScores, before: { best: number | null; block: string }): string {
  const f1 = scores['f1'] ?? NaN
  const isBest = before.best === null || f1 / 100 > before.best
  const written = /^best f1 = (\S+)$/m.exec(before.block)?.[1]
  const best = isBest ? float64Text(f1) : (written ?? float64Text((before.best ?? NaN) * 100))
  return `${scoreLines(scores)}best f1 = ${best}\n`
}

/** The scores of the best weights once more, and where they were reached; without a line's end, as there. */
export function evalConclusion(best_step: number, best_block: string): string {
  return `${best_block.replace(/^best f1 = .*\n/m, '')}best perf happened at step: ${best_step}`
}

function scoreLines(scores: SquadScores): string {
  return Object.entries(scores)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name} = ${name === 'total' ? String(value) : float64Text(value)}\n`)
    .join('')
}
