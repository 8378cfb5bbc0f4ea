// Lengths in pieces and the limit of a run in, their histogram with the share that is cut out.
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/format.ts'
import { classes } from '../../ui/classes.ts'
import styles from './datasets.module.css'

const BARS = 16

export function LengthHistogram({ lengths, limit }: { lengths: readonly number[]; limit: number }) {
  const { t } = useTranslation('datasets')
  const { integer, percent } = useFormat()
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0)
  if (longest === 0) return null
  const width = Math.max(1, Math.ceil(longest / BARS))
  const bars = Array.from({ length: Math.ceil((longest + 1) / width) }, (_, index) => ({
    from: index * width,
    count: lengths.filter((length) => Math.floor(length / width) === index).length,
  }))
  const tallest = Math.max(...bars.map(({ count }) => count))
  const cut = lengths.filter((length) => length > limit).length
  const sorted = [...lengths].sort((a, b) => a - b)
  const words = t('import.encoded.lengths', {
    rows: integer(lengths.length),
    middle: integer(sorted[Math.floor(sorted.length / 2)] ?? 0),
    longest: integer(longest),
    share: percent(cut / lengths.length, 0),
    limit: integer(limit),
  })
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
