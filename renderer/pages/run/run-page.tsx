// One run: where it stands, its result or its fault, its curves while they grow, its log, configuration and files.
import { SearchX, Terminal } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { JobRecord } from '../../../main/contract/records.ts'
import { Link } from '../../layout/link.tsx'
import { navigate } from '../../layout/use-route.ts'
import { WORKING } from '../../stores/jobs.ts'
import { useJob, useJobs, useLiveRun, useStores } from '../../stores/use-stores.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page, PageHeader } from '../../ui/page-header.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { notify } from '../../ui/toast.tsx'
import { HostErrorBanner, useReport } from '../host-error.tsx'
import { JobActions } from '../job-actions.tsx'
import { JobStatusBadge } from '../job-status.tsx'
import { PredictButton } from '../predict/predict-button.tsx'
import { PredictionsCard } from '../predict/predictions-card.tsx'
import { HaltedCard } from './halted-card.tsx'
import { ProgressCard } from './progress-card.tsx'
import { ResultCard } from './result-card.tsx'
import { RunCurves } from './run-curves.tsx'
import { RunDetails } from './run-details.tsx'
import styles from './run.module.css'

export function RunPage({ job_id }: { job_id: string }) {
  const { t } = useTranslation('run')
  const jobs = useJobs()
  const job = useJob(job_id)
  if (job !== undefined) return <Run key={job.id} job={job} />
  return (
    <Page>
      {jobs.status === 'failed' && <HostErrorBanner error={jobs.error} />}
      <Card>
        {jobs.status === 'loading' ? (
          <Skeleton lines={8} />
        ) : (
          <EmptyState
            icon={<SearchX />}
            title={t('notFound')}
            description={t('notFoundHint')}
            action={<Button onClick={() => navigate({ page: 'queue' })}>{t('toQueue')}</Button>}
          />
        )}
      </Card>
    </Page>
  )
}

function Run({ job }: { job: JobRecord }) {
  const { t } = useTranslation('run')
  const live = useLiveRun(job.id)
  const { save_checkpoints_steps, train_step } = job.hyperparameters
  const madeOf = [...new Set([job.task.title, job.dataset_name, job.model_name])].join(' · ')
  return (
    <Page>
      <PageHeader
        title={job.name}
        description={madeOf}
        back={<Link to={{ page: 'queue' }}>← {t('toQueue')}</Link>}
        status={<JobStatusBadge status={job.status} />}
        actions={
          <>
            {job.status === 'done' && job.do_train && (
              <PredictButton name={job.name} task={job.task} from={{ job_id: job.id }} />
            )}
            <CopyCommand job={job} />
            <JobActions
              job={job}
              size="regular"
              canResume={false}
              onRemoved={() => navigate({ page: 'queue' })}
            />
          </>
        }
      />
      {(WORKING.has(job.status) || job.status === 'queued') && <ProgressCard job={job} live={live} />}
      <HaltedCard job={job} />
      {!job.do_train && <PredictionsCard job={job} />}
      {job.result !== null && Object.keys(job.result.metrics).length > 0 && (
        <ResultCard job={job} result={job.result} live={live} />
      )}
      {live === null ? (
        <Card>
          <Skeleton lines={6} />
        </Card>
      ) : (
        <>
          {job.do_train && (
            <RunCurves
              live={live}
              best_by={job.task.best_by}
              firstEvaluation={Math.min(save_checkpoints_steps, train_step)}
            />
          )}
          <RunDetails job={job} live={live} />
        </>
      )}
      {job.do_train && <PredictionsCard job={job} />}
    </Page>
  )
}

/** Puts the command line on the clipboard; where the clipboard is not to be had, shows it. */
function CopyCommand({ job }: { job: JobRecord }) {
  const { t } = useTranslation('run')
  const { jobs } = useStores()
  const report = useReport()
  const [shown, setShown] = useState<string | null>(null)
  const copy = async (): Promise<void> => {
    const command = await jobs.command(job.id)
    try {
      await navigator.clipboard.writeText(command)
      notify.success(t('commandCopied'), { description: t('commandHint') })
    } catch {
      setShown(command)
    }
  }
  return (
    <>
      <Button icon={<Terminal aria-hidden />} onClick={() => void copy().catch(report)}>
        {t('copyCommand')}
      </Button>
      <Dialog
        open={shown !== null}
        onOpenChange={(open) => !open && setShown(null)}
        title={t('commandTitle')}
        description={t('commandHint')}
      >
        <pre className={styles.command}>{shown}</pre>
      </Dialog>
    </>
  )
}
