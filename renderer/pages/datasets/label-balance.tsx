// How many rows each label has in, a bar with its legend out: whether one label rules is seen before it is read.
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/format.ts'
import styles from './datasets.module.css'

const COLOURS = 6
/** More labels than this are summed up in words. */
const NAMED = 8

export function LabelBalance({
  counts,
  labels,
  legend = true,
}: {
  counts: Record<string, number>
  /** In id order: the colour of a label is the same everywhere. */
  labels: readonly string[]
  legend?: boolean
}) {
  const { t } = useTranslation('datasets')
  const { integer, percent } = useFormat()
  const total = labels.reduce((sum, label) => sum + (counts[label] ?? 0), 0)
  if (total === 0) return null
  const shares = labels.map((label, index) => ({
    label,
    colour: `var(--chart-${(index % COLOURS) + 1})`,
    count: counts[label] ?? 0,
  }))
  const words = shares.map(({ label, count }) => `${label} ${percent(count / total, 0)}`).join(', ')
  return (
    <div className={styles.balance}>
      <div className={styles.bar} role="img" aria-label={words} title={words}>
        {shares
          .filter(({ count }) => count > 0)
          .map(({ label, colour, count }) => (
            <span key={label} style={{ width: `${(count / total) * 100}%`, background: colour }} />
          ))}
      </div>
      {legend && (
        <ul className={styles.legend}>
          {labels.length > NAMED ? (
            <li>{t('labels', { count: labels.length })}</li>
          ) : (
            shares.map(({ label, colour, count }) => (
              <li key={label}>
                <span className={styles.swatch} style={{ background: colour }} aria-hidden />
                {label} {integer(count)}
              </li>
            ))
          )}
        </ul>
      )}
    </div>
  )
}
