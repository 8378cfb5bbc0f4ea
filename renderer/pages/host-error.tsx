// A refusal of the host as a banner: its kind in the window's language, its sentence as the host wrote it, and what can be done.
import { useTranslation } from 'react-i18next'
import type { HostError } from '../../main/contract/errors.ts'
import { hostErrorOf } from '../stores/remote.ts'
import { useFaultWords } from './fault-words.ts'
import { ErrorBanner } from '../ui/error-banner.tsx'
import { notify } from '../ui/toast.tsx'
import type { ReactNode } from 'react'

export function HostErrorBanner({ error, action }: { error: HostError; action?: ReactNode }) {
  const { t } = useTranslation('common')
  return (
    <ErrorBanner title={t(`error.${error.code}`)} action={action}>
      <HostSentence error={error} />
    </ErrorBanner>
  )
}

/** What is wrong with a file in the window's language, where it is one of the known faults; else as the host wrote it. */
function HostSentence({ error }: { error: HostError }) {
  const { t } = useTranslation('datasets')
  const words = useFaultWords()
  if (error.code !== 'bad-file' || error.fault === undefined) return error.message
  const { file, line, column, message, fault } = error
  const place = line === null ? file : t('faultPlace', { file, line })
  const others = Number(fault.facts['others'] ?? 0)
  const sentence = words.sentence({ ...fault, file, column, message })
  return `${place}: ${sentence}${others > 0 ? ` ${t('faultOthers', { count: others })}` : ''}`
}

/** Gives what reports a failed action as a toast: `stores.jobs.pause(id).catch(report)`. */
export function useReport(): (thrown: unknown) => void {
  const { t } = useTranslation('common')
  return (thrown) => {
    const error = hostErrorOf(thrown)
    notify.error(t(`error.${error.code}`), { description: error.message })
  }
}
