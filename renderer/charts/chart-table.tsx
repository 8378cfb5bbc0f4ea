// Curves in, a folded table of at most fifty of their values out: the chart for screen readers and for those who want the numbers.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cell, Table } from '../ui/table.tsx'
import styles from './chart.module.css'
import { sampleRows, type Curve } from './curve.ts'
import type { PlotSeries } from './plot-options.ts'

const ROWS = 50

export function ChartTable({
  title,
  xLabel,
  series,
  curves,
  writeX,
  writeY,
}: {
  title: string
  xLabel: string
  series: readonly PlotSeries[]
  curves: readonly Curve[]
  writeX: (x: number) => string
  writeY: (y: number) => string
}) {
  const { t } = useTranslation('charts')
  const [open, setOpen] = useState(false)
  const shown = series.flatMap((one, index) => {
    const curve = curves[index]
    return one.look === 'mark' || curve === undefined || curve.x.length === 0 ? [] : [{ ...one, curve }]
  })
  const longest = shown.reduce<Curve>((most, { curve }) => (curve.x.length > most.x.length ? curve : most), {
    x: [],
    y: [],
  })
  const steps = open ? sampleRows(longest, ROWS).map((row) => row.x) : []
  return (
    <details className={styles.values} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('values')}</summary>
      {open && (
        <Table
          label={t('valuesOf', { title })}
          dense
          maxHeight="16rem"
          head={
            <tr>
              <th scope="col" className={cell.numeric}>
                {xLabel}
              </th>
              {shown.map(({ label }) => (
                <th key={label} scope="col" className={cell.numeric}>
                  {label}
                </th>
              ))}
            </tr>
          }
        >
          {steps.map((x) => (
            <tr key={x}>
              <td className={cell.numeric}>{writeX(x)}</td>
              {shown.map(({ label, curve }) => (
                <td key={label} className={cell.numeric}>
                  {valueAt(curve, x, writeY)}
                </td>
              ))}
            </tr>
          ))}
        </Table>
      )}
    </details>
  )
}

function valueAt(curve: Curve, x: number, writeY: (y: number) => string): string {
  let low = 0
  let high = curve.x.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((curve.x[middle] ?? 0) < x) low = middle + 1
    else high = middle
  }
  const value = curve.x[low] === x ? curve.y[low] : undefined
  return value === undefined ? '' : writeY(value)
}
