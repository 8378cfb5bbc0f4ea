// Curves in, the sentence that says what they look like out.
import { useTranslation } from 'react-i18next'
import { summarise, type Curve } from './curve.ts'
import type { PlotSeries } from './plot-options.ts'

type Writers = { xLabel: string; writeX: (x: number) => string; writeY: (y: number) => string }

/** One sentence for each series that a person would follow with the eye; raw lines behind a smoothed one are left out. */
export function useChartSummary(
  series: readonly PlotSeries[],
  curves: readonly Curve[],
  { xLabel, writeX, writeY }: Writers,
): string {
  const { t } = useTranslation('charts')
  const hasRaw = series.some(({ look }) => look === 'raw')
  const sentences = series.flatMap(({ label, look }, index) => {
    const curve = curves[index]
    const summary = curve === undefined ? null : summarise(curve)
    if (summary === null || (hasRaw ? look !== 'raw' : look === 'mark')) return []
    const { first, last, lowest, highest, points, broken } = summary
    const place = { label, xLabel, points: writeX(points) }
    const sentence = t('summary', {
      ...place,
      firstX: writeX(first.x),
      firstY: writeY(first.y),
      lastX: writeX(last.x),
      lastY: writeY(last.y),
      lowestX: writeX(lowest.x),
      lowestY: writeY(lowest.y),
      highestX: writeX(highest.x),
      highestY: writeY(highest.y),
    })
    return broken === 0 ? [sentence] : [sentence, t('broken', { ...place, broken: writeX(broken) })]
  })
  return sentences.length === 0 ? t('empty') : sentences.join(' ')
}
