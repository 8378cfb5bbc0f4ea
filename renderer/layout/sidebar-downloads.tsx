// What is being fetched, at the foot of the sidebar: its name and how far it is, or how many they are; a way to its page.
import { useTranslation } from 'react-i18next'
import { useFormat } from '../i18n/format.ts'
import { bytesOf, UNDER_WAY } from '../stores/downloads.ts'
import { readyOr } from '../stores/remote.ts'
import { useDownloads } from '../stores/use-stores.ts'
import { Progress } from '../ui/progress.tsx'
import { Link } from './link.tsx'
import styles from './sidebar.module.css'

/** Where the things of a kind are fetched. */
const PAGES = { model: 'models', dataset: 'datasets', runtime: 'settings' } as const

export function SidebarDownloads() {
  const { t } = useTranslation('downloads')
  const { bytes } = useFormat()
  const all = readyOr(useDownloads(), [])
  const under_way = all.filter(({ status }) => UNDER_WAY.has(status))
  const failed = all.filter(({ status }) => status === 'failed')
  const first = under_way.find(({ status }) => status === 'downloading') ?? under_way[0] ?? failed[0]
  if (first === undefined) return null
  const { done, total } = bytesOf(first)
  const speed = under_way.reduce((sum, { bytes_per_second }) => sum + (bytes_per_second ?? 0), 0)
  const isFailed = under_way.length === 0
  return (
    <Link to={{ page: PAGES[first.kind] }} className={styles.working}>
      <span className={styles.workingName}>
        {under_way.length > 1 ? t('several', { count: under_way.length }) : first.name}
      </span>
      <Progress
        size="small"
        value={total === null ? (isFailed ? 0 : null) : done / Math.max(1, total)}
        label={t('progress', { name: first.name })}
        tone={isFailed ? 'danger' : 'accent'}
      />
      <span className={styles.small}>
        {speed > 0 ? t('speed', { speed: bytes(speed) }) : t(`status.${first.status}`)}
      </span>
    </Link>
  )
}
