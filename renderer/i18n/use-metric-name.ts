// A metric as the engine spells it in, its name in the window's language out; one that is not known keeps its spelling.
import { useTranslation } from 'react-i18next'
import { resources, type Language } from './resources.ts'

export function useMetricName(): (metric: string) => string {
  const { i18n } = useTranslation('common')
  const names: Record<string, string> = resources[i18n.language as Language].common.metric
  return (metric) => names[metric] ?? metric
}
