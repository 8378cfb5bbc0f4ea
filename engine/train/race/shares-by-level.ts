// Questions and the chosen answers in, the share of right ones of each school level out.
import type { ChoiceFeatures } from '../../data/race/race-features.ts'

/** `accuracy_middle` and `accuracy_high`; a level without questions has none. */
export function sharesByLevel(
  questions: readonly Pick<ChoiceFeatures, 'level' | 'label_id'>[],
  predictions: ArrayLike<number>,
): Record<string, number> {
  const counts = new Map<string, { asked: number; right: number }>()
  questions.forEach(({ level, label_id }, row) => {
    if (level === null) return
    const count = counts.get(level) ?? { asked: 0, right: 0 }
    counts.set(level, {
      asked: count.asked + 1,
      right: count.right + Number(predictions[row] === label_id),
    })
  })
  return Object.fromEntries(
    [...counts].map(([level, { asked, right }]) => [`accuracy_${level}`, right / asked]),
  )
}
