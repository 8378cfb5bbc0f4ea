// An address outside of the program in; its text, which the program does not open, and a button that copies it out.
import { Copy } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../ui/icon-button.tsx'
import { notify } from '../../ui/toast.tsx'
import { useReport } from '../host-error.tsx'
import styles from './downloads.module.css'

export function Address({ url }: { url: string }) {
  const { t } = useTranslation('downloads')
  const { t: common } = useTranslation('common')
  const report = useReport()
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url)
      notify.success(common('copied'))
    } catch (thrown) {
      report(thrown)
    }
  }
  return (
    <span className={styles.address}>
      <span className={styles.url}>{url.replace(/^https:\/\//, '')}</span>
      <IconButton
        size="small"
        label={t('copyAddress', { url })}
        icon={<Copy aria-hidden />}
        onClick={() => void copy()}
      />
    </span>
  )
}
