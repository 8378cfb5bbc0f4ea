// A download's fault in, its sentence in the window's language out: what, where, and what next.
import { useTranslation } from 'react-i18next'
import type { DownloadFault } from '../../../main/contract/downloads.ts'
import { useFormat } from '../../i18n/format.ts'
import { useSentences } from '../host-error.tsx'

export function useFaultWords(): (fault: DownloadFault) => string {
  const { t } = useTranslation('downloads')
  const { bytes, integer } = useFormat()
  const sentence = useSentences()
  return ({ code, facts, said }) => {
    const told = said === undefined ? null : sentence(said)
    if (told !== null) return told
    const words = Object.entries(facts).map(([name, value]): [string, string] => {
      if (typeof value === 'string') return [name, value]
      return [name, name === 'needed' || name === 'free' ? bytes(value) : integer(value)]
    })
    return t(`fault.${code}`, { replace: Object.fromEntries(words) })
  }
}
