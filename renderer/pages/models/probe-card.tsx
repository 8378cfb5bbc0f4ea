// What was found when a model came in, in; what it puts in the place of a hidden word, and what a person should know, out.
import { TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ModelReport } from '../../../engine/spec/model-report.ts'
import { useFormat } from '../../i18n/format.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import styles from './models.module.css'

export function ProbeCard({ report: { form, probes, notes, variables } }: { report: ModelReport }) {
  const { t } = useTranslation('models')
  const { integer, percent } = useFormat()
  return (
    <Card
      title={t('probe.title')}
      description={t('probe.checked', { form: t(`probe.form.${form}`), count: variables.length })}
    >
      <div className={styles.stack}>
        {probes.map(({ sentence, hidden, rank, predictions }) => (
          <figure key={sentence} className={styles.probe}>
            <figcaption>
              <q>{sentence}</q>{' '}
              <Badge tone={rank === 1 ? 'success' : rank <= predictions.length ? 'accent' : 'warning'}>
                {t('probe.rank', { hidden, rank: integer(rank) })}
              </Badge>
            </figcaption>
            <ol>
              {predictions.map(({ piece, probability }, index) => (
                <li key={index}>
                  <span className={styles.piece}>{piece}</span>
                  <span className={styles.bar} aria-hidden>
                    <span style={{ width: `${probability * 100}%` }} />
                  </span>
                  <span className={styles.share}>{percent(probability)}</span>
                </li>
              ))}
            </ol>
          </figure>
        ))}
        {probes.length > 0 && <p className={styles.note}>{t('probe.meaning')}</p>}
        {notes.map(({ code, message }) => (
          <p key={code} className={styles.warning}>
            <TriangleAlert size={14} aria-hidden />
            <span>
              {t(`notes.${code}`)} <span lang="en">{message}</span>
            </span>
          </p>
        ))}
      </div>
    </Card>
  )
}
