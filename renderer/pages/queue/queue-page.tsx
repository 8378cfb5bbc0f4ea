// The queue: what runs now on top, what waits below it in order, what was halted, and what is over.
import { ListOrdered } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { JobRecord } from '../../../main/contract/records.ts'
import { navigate } from '../../layout/use-route.ts'
import { useJobs } from '../../stores/use-stores.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page, PageHeader } from '../../ui/page-header.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { HostErrorBanner } from '../host-error.tsx'
import { JobRow } from './job-row.tsx'
import { queueGroups } from './queue-groups.ts'
import styles from './queue.module.css'
import { WaitingList } from './waiting-list.tsx'

export function QueuePage() {
  const { t } = useTranslation('queue')
  const jobs = useJobs()
  const newRun = (
    <Button variant="primary" onClick={() => navigate({ page: 'new-run' })}>
      {t('newRun')}
    </Button>
  )
  return (
    <Page>
      <PageHeader title={t('title')} description={t('description')} actions={newRun} />
      {jobs.status === 'loading' && (
        <Card>
          <Skeleton lines={6} />
        </Card>
      )}
      {jobs.status === 'failed' && <HostErrorBanner error={jobs.error} />}
      {jobs.status === 'ready' && <Groups jobs={jobs.value} />}
    </Page>
  )
}

function Groups({ jobs }: { jobs: readonly JobRecord[] }) {
  const { t } = useTranslation('queue')
  const { working, waiting, halted, ended } = queueGroups(jobs)
  if (jobs.length === 0) {
    return (
      <Card>
        <EmptyState icon={<ListOrdered />} title={t('empty')} description={t('emptyHint')} />
      </Card>
    )
  }
  return (
    <>
      <Group title={t('running')}>
        {working.length === 0 ? (
          <p className={styles.nothing}>{t('nothingRuns')}</p>
        ) : (
          <Rows jobs={working} />
        )}
      </Group>
      {waiting.length > 0 && (
        <Group
          title={t('waiting')}
          count={waiting.length}
          hint={waiting.length > 1 ? t('waitingHint') : undefined}
        >
          <WaitingList jobs={waiting} />
        </Group>
      )}
      {halted.length > 0 && (
        <Group title={t('halted')} count={halted.length} hint={t('haltedHint')}>
          <Rows jobs={halted} />
        </Group>
      )}
      {ended.length > 0 && (
        <Group title={t('ended')} count={ended.length}>
          <Rows jobs={ended} />
        </Group>
      )}
    </>
  )
}

function Group({
  title,
  count,
  hint,
  children,
}: {
  title: string
  count?: number
  hint?: string | undefined
  children: ReactNode
}) {
  return (
    <section className={styles.group} aria-label={title}>
      <header className={styles.heading}>
        <h2>
          {title}
          {count !== undefined && <span className={styles.count}>{count}</span>}
        </h2>
        {hint !== undefined && <p>{hint}</p>}
      </header>
      <Card flush>{children}</Card>
    </section>
  )
}

function Rows({ jobs }: { jobs: readonly JobRecord[] }) {
  return (
    <ul className={styles.rows}>
      {jobs.map((job) => (
        <li key={job.id} className={styles.row} data-job={job.id}>
          <JobRow job={job} />
        </li>
      ))}
    </ul>
  )
}
