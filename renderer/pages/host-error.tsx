// A refusal of the host as a banner: its kind and its sentence in the window's language, and what can be done.
import { useTranslation } from 'react-i18next'
import type { HostError, SaidFault } from '../../main/contract/errors.ts'
import { SENTENCES, type SentenceCode } from '../../main/contract/sentences.ts'
import { useFormat } from '../i18n/format.ts'
import { hostErrorOf } from '../stores/remote.ts'
import { useFaultWords } from './fault-words.ts'
import { ErrorBanner } from '../ui/error-banner.tsx'
import { notify } from '../ui/toast.tsx'
import type { ReactNode } from 'react'

export function HostErrorBanner({ error, action }: { error: HostError; action?: ReactNode }) {
  const { t } = useTranslation('common')
  const words = useHostWords()
  return (
    <ErrorBanner title={t(`error.${error.code}`)} action={action}>
      {words(error)}
    </ErrorBanner>
  )
}

/** Gives what puts a refusal in the window's language, where it is one of the known sentences; else it stays as the host wrote it. */
export function useHostWords(): (error: HostError) => string {
  const { t } = useTranslation('datasets')
  const told = useToldWords()
  const { gap } = useFormat()
  return (error) => {
    if (error.code !== 'bad-file' || error.fault === undefined || isSentence(error.fault.code))
      return told(error)
    const { file, line, fault } = error
    const place = line === null ? file : t('faultPlace', { file, line })
    const others = Number(fault.facts['others'] ?? 0)
    return `${place}: ${told(error)}${others > 0 ? gap + t('faultOthers', { count: others }) : ''}`
  }
}

/** What was told in English, and which sentence or fault of a file it is. */
type Told = { message: string; fault?: SaidFault | undefined; file?: string; column?: string | null }

/** Gives what puts anything that was told in the window's language, without its place: an error of the host or of the engine. */
export function useToldWords(): (told: Told) => string {
  const sentence = useSentences()
  const words = useFaultWords()
  return ({ message, fault, file = '', column = null }) => {
    if (fault === undefined) return message
    return sentence(fault) ?? words.sentence({ ...fault, file, column, message })
  }
}

/** Gives what says one of the host's sentences in the window's language; null for what is none of them. */
export function useSentences(): (fault: SaidFault) => string | null {
  const { i18n } = useTranslation('host')
  const format = useFormat()
  return ({ code, facts }) => {
    if (!isSentence(code)) return null
    const words = Object.entries(facts).map(([name, value]) => [
      name,
      name.endsWith('_bytes') ? format.bytes(Number(value)) : value,
    ])
    return i18n.t(`host:${code}`, { replace: Object.fromEntries(words) as Record<string, string> })
  }
}

function isSentence(code: string): code is SentenceCode {
  return Object.hasOwn(SENTENCES, code)
}

/** Gives what reports a failed action as a toast: `stores.jobs.pause(id).catch(report)`. */
export function useReport(): (thrown: unknown) => void {
  const { t } = useTranslation('common')
  const words = useHostWords()
  return (thrown) => {
    const error = hostErrorOf(thrown)
    notify.error(t(`error.${error.code}`), { description: words(error) })
  }
}
