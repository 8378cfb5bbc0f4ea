// A refusal of the host as a banner: its kind in the window's language, its sentence as the host wrote it, and what can be done.
import { useTranslation } from 'react-i18next'
import type { HostError } from '../../main/contract/errors.ts'
import { hostErrorOf } from '../stores/remote.ts'
import { ErrorBanner } from '../ui/error-banner.tsx'
import { notify } from '../ui/toast.tsx'
import type { ReactNode } from 'react'

export function HostErrorBanner({ error, action }: { error: HostError; action?: ReactNode }) {
  const { t } = useTranslation('common')
  return (
    <ErrorBanner title={t(`error.${error.code}`)} action={action}>
      {error.message}
    </ErrorBanner>
  )
}

/** Gives what reports a failed action as a toast: `stores.jobs.pause(id).catch(report)`. */
export function useReport(): (thrown: unknown) => void {
  const { t } = useTranslation('common')
  return (thrown) => {
    const error = hostErrorOf(thrown)
    notify.error(t(`error.${error.code}`), { description: error.message })
  }
}
