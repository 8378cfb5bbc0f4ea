// The first page: what is here, what runs now, what came out lately; and one button that shows everything at work.
import { useTranslation } from 'react-i18next'
import type { JobRecord } from '../../../main/contract/records.ts'
import { Link } from '../../layout/link.tsx'
import { readyOr } from '../../stores/remote.ts'
import { ENDED, WORKING } from '../../stores/jobs.ts'
import { useDatasets, useHostInfo, useJobs, useModels } from '../../stores/use-stores.ts'
import { ErrorBanner } from '../../ui/error-banner.tsx'
import { Page, PageHeader } from '../../ui/page-header.tsx'
import { useToldWords } from '../host-error.tsx'
import { RemoteView } from '../remote-view.tsx'
import { Counts } from './counts.tsx'
import styles from './home-page.module.css'
import { RecentRuns } from './recent-runs.tsx'
import { RunSampleButton } from '../run-sample-button.tsx'
import { RunningNow } from './running-now.tsx'
import { Welcome } from './welcome.tsx'

export function HomePage() {
  const jobs = useJobs()
  return (
    <Page>
      <EngineMissing />
      <RemoteView of={jobs} lines={8}>
        {(all) => (all.length === 0 ? <Welcome /> : <Overview jobs={all} />)}
      </RemoteView>
    </Page>
  )
}

function Overview({ jobs }: { jobs: readonly JobRecord[] }) {
  const { t } = useTranslation('home')
  const datasets = readyOr(useDatasets(), [])
  const models = readyOr(useModels(), [])
  const ended = jobs.filter((job) => ENDED.has(job.status))
  return (
    <>
      <PageHeader title={t('title')} actions={<RunSampleButton />} />
      <Counts
        datasets={datasets.length}
        models={models.length}
        finished={jobs.filter((job) => job.status === 'done').length}
        waiting={jobs.filter((job) => job.status === 'queued').length}
      />
      <div className={styles.columns}>
        <RunningNow job={jobs.find((job) => WORKING.has(job.status))} />
        <RecentRuns jobs={ended} />
      </div>
    </>
  )
}

function EngineMissing() {
  const { t } = useTranslation('home')
  const told = useToldWords()
  const info = useHostInfo()
  if (info.status !== 'ready' || info.value.tensorflow.available) return null
  return (
    <ErrorBanner
      title={t('engine.missing')}
      action={<Link to={{ page: 'settings' }}>{t('engine.more')}</Link>}
    >
      {told(info.value.tensorflow)}
    </ErrorBanner>
  )
}
