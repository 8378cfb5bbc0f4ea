// A released model in, what was published about it out: a score for each task of the comparison.
import { useTranslation } from 'react-i18next'
import type { CatalogueModel } from '../../../main/contract/catalogue.ts'
import type { PublishedResults } from '../../../main/contract/records.ts'
import { useFormat } from '../../i18n/format.ts'
import { useColumnTitle } from '../../i18n/use-column-title.ts'
import styles from './catalogue.module.css'

export function PublishedScores({
  model: { release, size },
  published,
}: {
  model: CatalogueModel
  published: PublishedResults | null
}) {
  const { t } = useTranslation('downloads')
  const titleOf = useColumnTitle()
  const { fixed } = useFormat()
  const row = published?.rows.find((one) => one.version === release && one.size === size)
  if (published === null || row === undefined) return <p className={styles.note}>{t('catalogue.noScores')}</p>
  return (
    <table className={styles.scores} aria-label={t('catalogue.scores')}>
      <thead>
        <tr>
          {published.columns.map((column) => (
            <th key={column.key} scope="col" title={column.metric}>
              {titleOf(column)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <tr>
          {published.columns.map(({ key }) => (
            <td key={key}>{row.scores[key]?.map((score) => fixed(score, 1)).join(' / ') ?? '–'}</td>
          ))}
        </tr>
      </tbody>
    </table>
  )
}
