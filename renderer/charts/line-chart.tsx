// Curves that grow and their names in, a live picture of them out, with its values in words and as a table for those who do not see it.
import { useEffect, useRef, useState, type ReactNode } from 'react'
import 'uplot/dist/uPlot.min.css'
import { useThemeName } from '../theme/theme.ts'
import styles from './chart.module.css'
import { ChartTable } from './chart-table.tsx'
import type { Curve } from './curve.ts'
import { createLinePlot } from './line-plot.ts'
import { readPlotColors, type PlotSeries } from './plot-options.ts'
import { useChartSummary } from './chart-summary.ts'

/** Where the curves come from: whoever draws them asks when it is told that they changed. */
export type CurveSource = {
  subscribe(listener: () => void): () => void
  /** The curves as they are now, one for each series; the last `line` or `dots` series is put into words. */
  read(): readonly Curve[]
}

export type LineChartProps = {
  title: string
  /** What x counts: "step". */
  xLabel: string
  /** Keep it and `source` the same object between renders; a new one makes a new picture. */
  series: readonly PlotSeries[]
  source: CurveSource
  log?: boolean
  syncKey?: string
  writeX: (x: number) => string
  writeY: (y: number) => string
  /** The same for the axis, where room is scarce. */
  writeTick?: (y: number) => string
  controls?: ReactNode
  /** Stands in the place of the picture until there is a point. */
  emptyHint?: string
}

export function LineChart(props: LineChartProps) {
  const {
    title,
    xLabel,
    series,
    source,
    log = false,
    syncKey,
    writeX,
    writeY,
    writeTick,
    controls,
    emptyHint,
  } = props
  const theme = useThemeName()
  const frame = useRef<HTMLDivElement>(null)
  const readout = useRef<HTMLDListElement>(null)
  const curves = useSlowly(source)
  const summary = useChartSummary(series, curves, { xLabel, writeX, writeY })

  useEffect(() => {
    if (frame.current === null) return
    const plot = createLinePlot(frame.current, {
      series,
      log,
      syncKey,
      writeX,
      writeY,
      writeTick,
      colors: readPlotColors(),
      read: () => source.read(),
      onHover: (at) => writeReadout(readout.current, at, { series, xLabel, writeX, writeY }),
    })
    const stop = source.subscribe(plot.redraw)
    return () => {
      stop()
      plot.destroy()
    }
  }, [theme, series, source, log, syncKey, xLabel, writeX, writeY, writeTick])

  return (
    <figure className={styles.chart} aria-label={title}>
      <figcaption className={styles.caption}>
        <h3 className={styles.title}>{title}</h3>
        {controls}
      </figcaption>
      <div className={styles.picture}>
        <div className={styles.frame} ref={frame} role="img" aria-label={`${title}. ${summary}`} />
        {/* Written by hand on every move of the mouse: a render of React for each would be too much. */}
        <dl className={styles.readout} ref={readout} aria-hidden />
        {isEmpty(curves) && (
          <p className={styles.empty} aria-hidden>
            {emptyHint ?? summary}
          </p>
        )}
      </div>
      <ChartTable
        title={title}
        xLabel={xLabel}
        series={series}
        curves={curves}
        writeX={writeX}
        writeY={writeY}
      />
    </figure>
  )
}

/** The curves for words and table: taken at most every two seconds, because nobody reads faster. */
function useSlowly(source: CurveSource): readonly Curve[] {
  const [curves, setCurves] = useState<readonly Curve[]>(() => copies(source))
  const taken = useRef<readonly Curve[]>([])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const take = (): void => {
      timer = null
      taken.current = copies(source)
      setCurves(taken.current)
    }
    take()
    const stop = source.subscribe(() => {
      // The first point takes the place of the words at once.
      timer ??= setTimeout(take, isEmpty(taken.current) ? 0 : 2000)
    })
    return () => {
      stop()
      if (timer !== null) clearTimeout(timer)
    }
  }, [source])
  return curves
}

function isEmpty(curves: readonly Curve[]): boolean {
  return curves.every((curve) => curve.x.length === 0)
}

/** A source may hand out views of numbers that are about to change. */
function copies(source: CurveSource): Curve[] {
  return source.read().map(({ x, y }) => ({ x: Float64Array.from(x), y: Float64Array.from(y) }))
}

function writeReadout(
  list: HTMLElement | null,
  at: { x: number; y: (number | null)[] } | null,
  { series, xLabel, writeX, writeY }: Pick<LineChartProps, 'series' | 'xLabel' | 'writeX' | 'writeY'>,
): void {
  if (list === null) return
  if (at === null) {
    list.replaceChildren()
    return
  }
  const entries = [
    [xLabel, writeX(at.x)] as const,
    ...series.flatMap(({ label, look }, index) => {
      const y = at.y[index]
      return look === 'mark' || y === null || y === undefined ? [] : [[label, writeY(y)] as const]
    }),
  ]
  list.replaceChildren(
    ...entries.flatMap(([name, value]) => {
      const term = document.createElement('dt')
      term.textContent = name
      const description = document.createElement('dd')
      description.textContent = value
      return [term, description]
    }),
  )
}
