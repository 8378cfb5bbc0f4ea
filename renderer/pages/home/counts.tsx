// How many datasets, models, finished and waiting runs there are, each a way to them.
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/format.ts'
import { Link } from '../../layout/link.tsx'
import type { Route } from '../../layout/route.ts'
import { classes } from '../../ui/classes.ts'
import styles from './home-page.module.css'

export function Counts({
  datasets,
  models,
  finished,
  waiting,
}: {
  datasets: number
  models: number
  finished: number
  waiting: number
}) {
  const { t } = useTranslation('home')
  const { integer } = useFormat()
  const counts: { count: number; word: string; to: Route }[] = [
    { count: datasets, word: t('here.datasets', { count: datasets }), to: { page: 'datasets' } },
    { count: models, word: t('here.models', { count: models }), to: { page: 'new-run' } },
    { count: finished, word: t('here.finished', { count: finished }), to: { page: 'results' } },
    { count: waiting, word: t('here.waiting', { count: waiting }), to: { page: 'queue' } },
  ]
  return (
    <ul className={styles.counts} aria-label={t('here.title')}>
      {counts.map(({ count, word, to }) => (
        <li key={to.page}>
          <Link to={to} className={styles.count}>
            <span className={classes(styles.number, count === 0 && styles.zero)}>{integer(count)}</span>
            <span>{word}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
