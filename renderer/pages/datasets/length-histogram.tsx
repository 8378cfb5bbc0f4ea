// How many texts have how many pieces and the limit of a run in, their histogram with the share that is longer out.
import { useTranslation } from 'react-i18next'
import type { TaskKind } from '../../../engine/spec/task-spec.ts'
import type { TextLengths } from '../../../main/contract/datasets.ts'
import { useFormat } from '../../i18n/format.ts'
import { classes } from '../../ui/classes.ts'
import styles from './datasets.module.css'

const BARS = 24

export function LengthHistogram({
  lengths: { counts, rows, one_of },
  limit,
  kind,
}: {
  lengths: TextLengths
  limit: number
  kind: TaskKind
}) {
  const { t } = useTranslation('datasets')
  const { integer, percent, gap } = useFormat()
  const longest = counts.at(-1)?.[0] ?? 0
  if (rows === 0 || longest === 0) return null
  const width = Math.max(1, Math.ceil((longest + 1) / BARS))
  const bars = Array.from({ length: Math.ceil((longest + 1) / width) }, (_, index) => ({
    from: index * width,
    count: countIn(counts, index * width, (index + 1) * width - 1),
  }))
  const tallest = Math.max(...bars.map(({ count }) => count))
  const longer = countIn(counts, limit + 1, Infinity)
  const numbers = {
    rows: integer(rows),
    middle: integer(quantile(counts, rows, 0.5)),
    most: integer(quantile(counts, rows, 0.95)),
    longest: integer(longest),
    share: percent(longer / rows, longer / rows < 0.1 ? 1 : 0),
    count: integer(longer),
    limit: integer(limit),
  }
  const words = [
    one_of === 1
      ? t('import.lengths.all', numbers)
      : t('import.lengths.sample', { ...numbers, n: integer(one_of) }),
    t('import.lengths.spread', numbers),
    t(kind === 'extractive-qa' ? 'import.lengths.windows' : 'import.lengths.cut', numbers),
  ].join(gap)
  return (
    <figure className={styles.histogram}>
      <div className={styles.histogramBars} role="img" aria-label={words}>
        {bars.map(({ from, count }) => (
          <span
            key={from}
            className={classes(from > limit && styles.beyond)}
            style={{ height: `${Math.max(count > 0 ? 4 : 0, (count / tallest) * 100)}%` }}
            title={`${integer(from)}–${integer(from + width - 1)}: ${integer(count)}`}
          />
        ))}
      </div>
      <figcaption className={styles.hint}>{words}</figcaption>
    </figure>
  )
}

function countIn(counts: TextLengths['counts'], from: number, to: number): number {
  return counts.reduce((sum, [length, count]) => sum + (length >= from && length <= to ? count : 0), 0)
}

/** The shortest length that so large a share of the texts does not exceed. */
function quantile(counts: TextLengths['counts'], rows: number, share: number): number {
  let seen = 0
  for (const [length, count] of counts) {
    seen += count
    if (seen >= share * rows) return length
  }
  return counts.at(-1)?.[0] ?? 0
}
