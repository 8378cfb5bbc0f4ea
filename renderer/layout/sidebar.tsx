// The sidebar: where one can go, what waits and works, and whether there is an engine.
import { useTranslation } from 'react-i18next'
import type { JobRecord } from '../../main/contract/records.ts'
import { useToldWords } from '../pages/host-error.tsx'
import { JobProgressBar } from '../pages/job-status.tsx'
import { readyOr } from '../stores/remote.ts'
import { WORKING } from '../stores/jobs.ts'
import { useHostInfo, useJobs } from '../stores/use-stores.ts'
import { classes } from '../ui/classes.ts'
import { Kbd } from '../ui/kbd.tsx'
import { ENTRIES, entryOf, type EntryPage } from './entries.tsx'
import { Link } from './link.tsx'
import { Logo } from './logo.tsx'
import { SidebarDownloads } from './sidebar-downloads.tsx'
import { hrefOf, type Route } from './route.ts'
import styles from './sidebar.module.css'

export function Sidebar({ route }: { route: Route }) {
  const { t } = useTranslation('common')
  const jobs = readyOr(useJobs(), [])
  const here = entryOf(route)
  const waiting = jobs.filter((job) => job.status === 'queued' || WORKING.has(job.status)).length
  const working = jobs.find((job) => WORKING.has(job.status))
  return (
    <aside className={styles.sidebar} aria-label={t('app.name')}>
      <a className={styles.brand} href={hrefOf({ page: 'home' })}>
        <Logo />
        <span>
          ALBERT <span className={styles.second}>Workbench</span>
        </span>
      </a>
      <nav aria-label={t('nav.label')}>
        <ul className={styles.entries}>
          {ENTRIES.map(({ page, digit, icon: Icon }) => (
            <li key={page} className={classes(page === 'settings' && styles.apart)}>
              <a
                href={hrefOf({ page })}
                className={classes(styles.entry, page === here && styles.here)}
                aria-current={page === here ? 'page' : undefined}
                aria-keyshortcuts={`Alt+${digit}`}
              >
                <Icon size={17} aria-hidden />
                <span className={styles.name}>{t(`nav.${page}`)}</span>
                <EntryNote page={page} waiting={waiting} digit={digit} />
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className={styles.foot}>
        <SidebarDownloads />
        {working !== undefined && <WorkingJob job={working} />}
        <EngineState />
      </div>
    </aside>
  )
}

/** A count where there is something to count; else the keys, once the mouse or the focus is here. */
function EntryNote({ page, waiting, digit }: { page: EntryPage; waiting: number; digit: number }) {
  const { t } = useTranslation('common')
  if (page === 'queue' && waiting > 0) {
    return (
      <span className={styles.count} aria-label={t('nav.waiting', { count: waiting })}>
        {waiting}
      </span>
    )
  }
  return (
    <span className={styles.keys} aria-hidden>
      <Kbd>Alt {digit}</Kbd>
    </span>
  )
}

function WorkingJob({ job }: { job: JobRecord }) {
  const { t } = useTranslation('common')
  return (
    <Link to={{ page: 'run', job_id: job.id }} className={styles.working}>
      <span className={styles.workingName}>{job.name}</span>
      <JobProgressBar job={job} size="small" />
      <span className={styles.small}>
        {job.progress !== null && job.progress.step > 0
          ? t('stepOf', { step: job.progress.step, total: job.progress.train_step })
          : t(`status.${job.status}`)}
      </span>
    </Link>
  )
}

function EngineState() {
  const told = useToldWords()
  const { t } = useTranslation('common')
  const info = useHostInfo()
  if (info.status !== 'ready') return null
  const { tensorflow } = info.value
  return (
    <a
      href={hrefOf({ page: 'settings' })}
      className={classes(styles.engine, !tensorflow.available && styles.missing)}
      title={told(tensorflow)}
    >
      <span className={styles.dot} aria-hidden />
      {tensorflow.available ? t('engine.ready', { version: tensorflow.version ?? '' }) : t('engine.missing')}
    </a>
  )
}
