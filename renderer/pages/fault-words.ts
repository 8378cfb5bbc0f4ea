// A fault of a data file in, its sentence in the window's language out; one that has no words there keeps the host's sentence.
import { useTranslation } from 'react-i18next'
import { resources, type Language } from '../i18n/resources.ts'

/** What every fault has, whether a check found it or a call was refused with it. */
export type SaidFault = {
  code: string
  file: string
  column: string | null
  value: string | null
  facts?: Readonly<Record<string, string | number>> | undefined
  message: string
}

export function useFaultWords(): {
  title: (code: string) => string | null
  sentence: (fault: SaidFault) => string
} {
  const { t, i18n } = useTranslation('datasets')
  const { faults, import: words } = resources[i18n.language as Language].datasets
  return {
    title: (code) => (words.codes as Record<string, string>)[code] ?? null,
    sentence: ({ code, message, column, value, file, facts }) =>
      isSaid(code, faults)
        ? t(`faults.${code}`, { file, column: column ?? '–', value: value ?? '', ...facts })
        : message,
  }
}

function isSaid<Words extends object>(code: string, words: Words): code is Extract<keyof Words, string> {
  return code in words
}
