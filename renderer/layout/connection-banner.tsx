// Says over every page that the host is gone, while it is gone, and in passing that it is back.
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { useStores } from '../stores/use-stores.ts'
import { ErrorBanner } from '../ui/error-banner.tsx'
import { notify } from '../ui/toast.tsx'
import styles from './connection-banner.module.css'

export function ConnectionBanner() {
  const { t } = useTranslation('common')
  const connection = useStore(useStores().connection, (state) => state.connection)
  const before = useRef(connection)
  useEffect(() => {
    if (before.current === 'lost' && connection === 'connected') notify.success(t('connection.restored'))
    before.current = connection
  }, [connection, t])
  if (connection !== 'lost') return null
  return (
    <div className={styles.banner}>
      <ErrorBanner title={t('connection.lost')}>{t('connection.lostDetail')}</ErrorBanner>
    </div>
  )
}
