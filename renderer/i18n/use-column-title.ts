// A column of the published results in, its title in the window's language out; tasks keep their names.
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

export function useColumnTitle(): (column: { key: string; title: string }) => string {
  const { t } = useTranslation('results')
  return useCallback(({ key, title }) => (key === 'average' ? t('average') : title), [t])
}
