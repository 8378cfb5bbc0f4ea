// Groups of scores and single marks in, bars side by side or points over a number out; it knows neither models nor tasks.
import { BarChart, LineChart, ScatterChart } from 'echarts/charts'
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use as register, type EChartsCoreOption } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { readToken, type TokenName } from '../theme/tokens.ts'
import { useThemeName } from '../theme/theme.ts'
import styles from './chart.module.css'

register([
  BarChart,
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  AriaComponent,
  CanvasRenderer,
])

export type ScoreSeries = {
  name: string
  color: TokenName
  /** `bars` and `line` are of a kind; `marks` are single points that stand out, such as one's own. */
  look: 'bars' | 'line' | 'marks'
  /** `x` is a category's position from 0, or a number where the axis is one. `name` says more than the series does. */
  points: readonly { x: number; y: number; name?: string }[]
}

export type ScoreChartProps = {
  /** What a person who cannot see the chart should know of it. */
  summary: string
  series: readonly ScoreSeries[]
  /** Names of the categories, or what a logarithmic axis of numbers measures. */
  x: { categories: readonly string[] } | { label: string; write: (x: number) => string }
  writeY: (y: number) => string
  /** The same for the axis. */
  writeTick: (y: number) => string
  /** Called with the point of a series of marks that was clicked. */
  onMark?: (series: number, point: number) => void
}

export function ScoreChart(props: ScoreChartProps) {
  const theme = useThemeName()
  const frame = useRef<HTMLDivElement>(null)
  const { summary, series, x, writeY, writeTick, onMark } = props

  useEffect(() => {
    if (frame.current === null) return
    const chart = init(frame.current, null, { renderer: 'canvas' })
    chart.setOption(optionOf({ series, x, writeY, writeTick }))
    chart.on('click', ({ seriesIndex, dataIndex }) => {
      if (seriesIndex !== undefined && series[seriesIndex]?.look === 'marks') onMark?.(seriesIndex, dataIndex)
    })
    const sizes = new ResizeObserver(() => chart.resize())
    sizes.observe(frame.current)
    return () => {
      sizes.disconnect()
      chart.dispose()
    }
  }, [theme, series, x, writeY, writeTick, onMark])

  return <div className={styles.scores} ref={frame} role="img" aria-label={summary} />
}

/** Ends and ticks of the axis of scores. */
function axisOf(values: readonly number[]): { min: number; max: number; interval: number } {
  const min = axisStart(values)
  const interval = 100 - min > 40 ? 10 : 5
  const highest = Math.max(min, ...values)
  return { min, max: Math.min(100, Math.ceil((highest + 1) / interval) * interval), interval }
}

/** The lowest tick of the axis: bars that all end near 90 cannot be told apart on an axis from 0. */
export function axisStart(values: readonly number[]): number {
  const lowest = Math.min(...values)
  return Number.isFinite(lowest) ? Math.max(0, Math.floor((lowest - 4) / 10) * 10) : 0
}

function optionOf({
  series,
  x,
  writeY,
  writeTick,
}: Pick<ScoreChartProps, 'series' | 'x' | 'writeY' | 'writeTick'>): EChartsCoreOption {
  const text = { color: readToken('chart-axis'), fontFamily: readToken('font-text'), fontSize: 11 }
  const line = { lineStyle: { color: readToken('chart-grid') } }
  const values = series.flatMap(({ points }) => points.map((point) => point.y))
  return {
    animation: false,
    aria: { enabled: false },
    textStyle: text,
    grid: { left: 8, right: 20, top: 36, bottom: 28, containLabel: true },
    legend: {
      top: 0,
      left: 0,
      itemWidth: 12,
      itemHeight: 10,
      textStyle: { ...text, color: readToken('color-text-muted') },
    },
    // Drawn on the canvas: HTML with style attributes would be refused by the window's security policy.
    tooltip: {
      renderMode: 'richText',
      backgroundColor: readToken('color-surface-raised'),
      borderColor: readToken('color-border'),
      textStyle: { color: readToken('color-text'), fontSize: 12, fontFamily: readToken('font-text') },
      formatter: (point: { seriesIndex: number; dataIndex: number }) => {
        const one = series[point.seriesIndex]
        const at = one?.points[point.dataIndex]
        if (one === undefined || at === undefined) return ''
        const place = 'categories' in x ? (x.categories[at.x] ?? '') : x.write(at.x)
        return `${at.name ?? one.name}\n${place}: ${writeY(at.y)}`
      },
    },
    xAxis:
      'categories' in x
        ? {
            type: 'category',
            data: [...x.categories],
            axisLabel: text,
            axisTick: { show: false },
            axisLine: line,
          }
        : {
            type: 'log',
            name: x.label,
            nameLocation: 'middle',
            nameGap: 26,
            axisLabel: { ...text, formatter: x.write },
            axisLine: line,
            splitLine: { show: false },
          },
    yAxis: {
      type: 'value',
      ...axisOf(values),
      axisLabel: { ...text, formatter: writeTick },
      splitLine: line,
    },
    series: series.map((one) => seriesOption(one, writeY)),
  }
}

function seriesOption({ name, color, look, points }: ScoreSeries, writeY: (y: number) => string) {
  const itemStyle = { color: readToken(color) }
  const label = {
    show: true,
    color: readToken('color-text-muted'),
    fontFamily: readToken('font-text'),
    fontSize: 11,
    formatter: ({ dataIndex }: { dataIndex: number }) => writeY(points[dataIndex]?.y ?? Number.NaN),
  }
  const data = points.map(({ x, y }) => [x, y])
  switch (look) {
    case 'bars':
      return {
        type: 'bar',
        name,
        data,
        itemStyle,
        barMaxWidth: 44,
        barGap: '8%',
        label: { ...label, position: 'top' },
      }
    case 'line':
      return { type: 'line', name, data, itemStyle, symbol: 'circle', symbolSize: 8, lineStyle: { width: 2 } }
    case 'marks':
      return {
        type: 'scatter',
        name,
        data,
        symbol: 'diamond',
        symbolSize: 16,
        z: 5,
        itemStyle: { ...itemStyle, borderColor: readToken('color-surface'), borderWidth: 2 },
      }
  }
}
