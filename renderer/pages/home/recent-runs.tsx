// The runs that ended last, with their scores and what always guessing the most frequent label would reach.
import { useTranslation } from 'react-i18next'
import type { JobRecord } from '../../../main/contract/records.ts'
import { useFormat } from '../../i18n/format.ts'
import { Link } from '../../layout/link.tsx'
import { Card } from '../../ui/card.tsx'
import { classes } from '../../ui/classes.ts'
import { cell, Table } from '../../ui/table.tsx'
import { JobStatusBadge } from '../job-status.tsx'
import { scoreOf } from '../job-score.ts'
import styles from './home-page.module.css'

const SHOWN = 6

export function RecentRuns({ jobs }: { jobs: readonly JobRecord[] }) {
  const { t } = useTranslation('home')
  const { t: common } = useTranslation('common')
  const { metric, percent, ago } = useFormat()
  const recent = [...jobs].sort((a, b) => (b.ended_at ?? 0) - (a.ended_at ?? 0)).slice(0, SHOWN)
  return (
    <Card
      title={t('recent.title')}
      actions={<Link to={{ page: 'results' }}>{t('recent.all')}</Link>}
      flush={recent.length > 0}
    >
      {recent.length === 0 ? (
        <p className={styles.quiet}>{t('recent.none')}</p>
      ) : (
        <Table
          label={t('recent.title')}
          head={
            <tr>
              <th scope="col">{t('recent.run')}</th>
              <th scope="col">{t('recent.status')}</th>
              <th scope="col" className={cell.numeric}>
                {t('recent.score')}
              </th>
              <th scope="col" className={cell.numeric}>
                {t('recent.baseline')}
              </th>
              <th scope="col">{t('recent.when')}</th>
            </tr>
          }
        >
          {recent.map((job) => {
            const score = scoreOf(job)
            return (
              <tr key={job.id}>
                <td className={styles.name} title={job.name}>
                  <Link to={{ page: 'run', job_id: job.id }}>{job.name}</Link>
                </td>
                <td>
                  <JobStatusBadge status={job.status} />
                </td>
                <td
                  className={cell.numeric}
                  title={score === null ? undefined : common(`metric.${score.name}`)}
                >
                  {score === null ? '–' : metric(score.name, score.value)}
                </td>
                <td className={`${cell.numeric} ${cell.faint}`}>
                  {job.result?.majority == null ? '–' : percent(job.result.majority)}
                </td>
                <td className={classes(cell.faint, styles.when)}>
                  {job.ended_at === null ? '–' : ago(job.ended_at)}
                </td>
              </tr>
            )
          })}
        </Table>
      )}
    </Card>
  )
}
