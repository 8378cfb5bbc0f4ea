// The page that makes a run: once datasets, models and recipes are there, the form with what it starts from.
import { Database } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { HostError } from '../../../main/contract/errors.ts'
import { navigate } from '../../layout/use-route.ts'
import type { Remote } from '../../stores/remote.ts'
import { useDatasets, useJob, useJobs, useModels, usePresets } from '../../stores/use-stores.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page, PageHeader } from '../../ui/page-header.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { HostErrorBanner } from '../host-error.tsx'
import { RunSampleButton } from '../run-sample-button.tsx'
import { NewRunForm } from './new-run-form.tsx'

type Start = { dataset_id?: string; model_id?: string; from_job_id?: string }

/** What it is opened with fills the form: a dataset, a model, or a job whose choices are taken over. */
export function NewRunPage(start: Start) {
  const { t } = useTranslation('new-run')
  return (
    <Page>
      <PageHeader title={t('title')} description={t('description')} />
      <Content {...start} />
    </Page>
  )
}

function Content({ dataset_id, model_id, from_job_id }: Start) {
  const { t } = useTranslation('new-run')
  const datasets = useDatasets()
  const models = useModels()
  const presets = usePresets()
  const jobsReady = useJobs().status !== 'loading'
  const from = useJob(from_job_id ?? '')

  const failed = [datasets, models, presets].map(errorOf).find((error) => error !== null)
  if (failed !== undefined) return <HostErrorBanner error={failed} />
  const waitsForJob = from_job_id !== undefined && !jobsReady
  if (datasets.status !== 'ready' || models.status !== 'ready' || presets.status !== 'ready' || waitsForJob) {
    return (
      <Card>
        <Skeleton lines={8} />
      </Card>
    )
  }
  if (datasets.value.length === 0) {
    return (
      <Card>
        <EmptyState
          icon={<Database />}
          title={t('noDatasets')}
          description={t('noDatasetsHint')}
          action={
            <>
              <Button variant="primary" onClick={() => navigate({ page: 'datasets' })}>
                {t('goToDatasets')}
              </Button>
              <RunSampleButton variant="secondary" />
            </>
          }
        />
      </Card>
    )
  }
  return (
    <NewRunForm
      datasets={datasets.value}
      models={models.value}
      presets={presets.value}
      dataset_id={dataset_id}
      model_id={model_id}
      from={from}
    />
  )
}

function errorOf(remote: Remote<unknown>): HostError | null {
  return remote.status === 'failed' ? remote.error : null
}
