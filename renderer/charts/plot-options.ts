// Series, colours and formats in, the options of the line chart library out.
import type uPlot from 'uplot'
import { readToken } from '../theme/tokens.ts'
import type { Curve } from './curve.ts'

export type PlotColors = {
  series: Record<'first' | 'second' | 'third' | 'fourth' | 'good', string>
  axis: string
  grid: string
  ground: string
  font: string
}

export type PlotSeries = {
  label: string
  color: keyof PlotColors['series']
  /** `raw` is a faint line behind a smoothed one; `dots` are points joined by a line; `mark` is a point that stands out. */
  look: 'line' | 'raw' | 'dots' | 'mark'
}

export type PlotSpec = {
  series: readonly PlotSeries[]
  /** Whether y is logarithmic; values of 0 and below are left out then. */
  log: boolean
  /** Charts with the same key show their values at the same x. */
  syncKey?: string | undefined
  colors: PlotColors
  writeX: (x: number) => string
  writeY: (y: number) => string
  /** The same for the axis, where room is scarce; `writeY` when left out. */
  writeTick?: ((y: number) => string) | undefined
  /** The curves as they are now, one for each series. */
  read: () => readonly Curve[]
  /** Hears at which x the mouse is and what each series says there; null when it left. */
  onHover: (at: { x: number; y: (number | null)[] } | null) => void
}

/** The colours of the theme of this moment. */
export function readPlotColors(): PlotColors {
  return {
    series: {
      first: readToken('chart-1'),
      second: readToken('chart-2'),
      third: readToken('chart-3'),
      fourth: readToken('chart-4'),
      good: readToken('color-success'),
    },
    axis: readToken('chart-axis'),
    grid: readToken('chart-grid'),
    ground: readToken('color-surface'),
    font: `11px ${readToken('font-text') || 'sans-serif'}`,
  }
}

export function plotOptions(spec: PlotSpec, width: number, height: number): uPlot.Options {
  const { colors } = spec
  const axis: uPlot.Axis = {
    stroke: colors.axis,
    font: colors.font,
    grid: { stroke: colors.grid, width: 1 },
    ticks: { show: false },
    gap: 6,
  }
  return {
    width: Math.max(width, 1),
    height: Math.max(height, 1),
    // Room above for the values under the mouse, at the right for half of a label below the last point.
    padding: [20, 24, 0, 0],
    legend: { show: false },
    // One click more than a drag must not start a zoom by accident.
    cursor: {
      drag: { x: true, y: false, dist: 8 },
      points: { size: 7, width: 2, fill: colors.ground },
      ...(spec.syncKey === undefined ? {} : { sync: { key: spec.syncKey, scales: ['x', null] } }),
    },
    scales: {
      x: { time: false },
      y: spec.log
        ? { distr: LOGARITHMIC, range: (_self, low, high) => logRangeOf(low, high) }
        : { range: (_self, low, high) => rangeOf(low, high) },
    },
    axes: [
      { ...axis, size: 24, space: 64, values: (_self, splits) => splits.map(written(spec.writeX)) },
      {
        ...axis,
        size: 58,
        space: 32,
        values: (_self, splits) => splits.map(written(spec.writeTick ?? spec.writeY)),
      },
    ],
    series: [{}, ...spec.series.map((series) => seriesOptions(series, spec))],
  }
}

/** `uPlot.Scale.Distr.Logarithmic`: an enum of types alone, which has no value to import. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const LOGARITHMIC = 3 as uPlot.Scale.Distr

/** A little room above and below; one value alone stands in the middle of a tenth of itself. */
function rangeOf(low: number | null, high: number | null): uPlot.Range.MinMax {
  if (low === null || high === null) return [0, 1]
  const room = low === high ? Math.abs(low) / 10 || 1 : (high - low) * 0.08
  return [low - room, high + room]
}

/** The data's own ends, not whole decades: half of the picture would be empty. */
function logRangeOf(low: number | null, high: number | null): uPlot.Range.MinMax {
  if (low === null || high === null) return [0.1, 1]
  return low === high ? [low / 2, high * 2] : [oneDigit(low, Math.floor), oneDigit(high, Math.ceil)]
}

/** 0.1266 becomes 0.1 downwards and 0.2 upwards. */
function oneDigit(value: number, round: (value: number) => number): number {
  const unit = 10 ** Math.floor(Math.log10(value))
  return round(value / unit) * unit
}

/** The library leaves splits out of a logarithmic axis by making them null. */
function written(write: (value: number) => string): (value: number | null) => string {
  return (value) => (value === null ? '' : write(value))
}

function seriesOptions(series: PlotSpec['series'][number], { colors }: PlotSpec): uPlot.Series {
  const stroke = colors.series[series.color]
  const common: uPlot.Series = { label: series.label, stroke, spanGaps: false }
  switch (series.look) {
    case 'line':
      return { ...common, width: 1.75, points: { show: false } }
    case 'raw':
      return { ...common, width: 1, alpha: 0.32, points: { show: false } }
    case 'dots':
      return { ...common, width: 1.5, points: { show: true, size: 6, fill: stroke, stroke } }
    case 'mark':
      return {
        ...common,
        width: 0,
        points: { show: true, size: 12, width: 2.5, fill: colors.ground, stroke },
      }
  }
}
