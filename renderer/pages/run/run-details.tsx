// A run in, its log, its configuration and its files out, one at a time.
import { memo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { JobRecord } from '../../../main/contract/records.ts'
import type { LiveRun } from '../../stores/live-run.ts'
import { Card } from '../../ui/card.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { RunConfig } from './run-config.tsx'
import { RunLog } from './run-log.tsx'
import styles from './run.module.css'

/** What a job was made of is frozen: only its result changes what stands here, and the log hears of its lines by itself. */
export const RunDetails = memo(
  Details,
  (before, after) =>
    before.live === after.live && before.job.id === after.job.id && before.job.status === after.job.status,
)

function Details({ job, live }: { job: JobRecord; live: LiveRun }) {
  const { t } = useTranslation('run')
  const [tab, setTab] = useState('log')
  return (
    <Tabs
      label={t('tabs.label')}
      value={tab}
      onValueChange={setTab}
      tabs={[
        { value: 'log', label: t('tabs.log'), content: <RunLog log={live.log} /> },
        {
          value: 'config',
          label: t('tabs.config'),
          content: (
            <Card>
              <RunConfig job={job} />
            </Card>
          ),
        },
        {
          value: 'files',
          label: t('tabs.files'),
          content: (
            <Card>
              <RunFiles files={job.result?.files ?? []} />
            </Card>
          ),
        },
      ]}
    />
  )
}

function RunFiles({ files }: { files: readonly string[] }) {
  const { t } = useTranslation('run')
  if (files.length === 0) return <p className={styles.faint}>{t('files.empty')}</p>
  return (
    <ul className={styles.files} aria-label={t('files.label')}>
      {files.map((file) => (
        <li key={file}>{file}</li>
      ))}
    </ul>
  )
}
