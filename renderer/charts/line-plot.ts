// A canvas in the page and what to draw on it in, a live line chart out: redrawn at most once a frame, thinned to its width, zoomed by dragging.
import uPlot from 'uplot'
import { align, thin, within } from './curve.ts'
import { plotOptions, type PlotSpec } from './plot-options.ts'

export type LinePlot = {
  /** Draws anew in the next frame, however often it is called before. */
  redraw(): void
  destroy(): void
}

/** @param frame the element that the chart fills; the chart follows its width */
export function createLinePlot(frame: HTMLElement, spec: PlotSpec): LinePlot {
  let zoom: { from: number; to: number } | null = null
  let scheduled = 0

  const dataNow = (): uPlot.AlignedData => {
    const columns = Math.max(1, Math.round(plot?.over.clientWidth ?? frame.clientWidth))
    const curves = spec.read().map((curve) => {
      const part = zoom === null ? curve : within(curve, zoom.from, zoom.to)
      const drawn = thin(part, columns)
      return spec.log ? { x: drawn.x, y: drawn.y.map(positive) } : drawn
    })
    const { x, y } = align(curves)
    return [x, ...y]
  }

  const options = plotOptions(spec, frame.clientWidth, frame.clientHeight)
  let plot: uPlot | null = null
  const draw = (): void => {
    scheduled = 0
    plot?.setData(dataNow(), zoom === null)
    if (zoom !== null) plot?.redraw()
  }
  const redraw = (): void => {
    if (scheduled === 0) scheduled = requestAnimationFrame(draw)
  }

  options.hooks = {
    setCursor: [
      (self) => {
        const index = self.cursor.idx
        const x = index === null || index === undefined ? undefined : self.data[0][index]
        spec.onHover(x === undefined ? null : { x, y: valuesAt(self) })
      },
    ],
    setSelect: [
      (self) => {
        if (self.select.width < 4) return
        zoom = {
          from: self.posToVal(self.select.left, 'x'),
          to: self.posToVal(self.select.left + self.select.width, 'x'),
        }
        redraw()
      },
    ],
  }
  plot = new uPlot(options, dataNow(), frame)
  plot.over.addEventListener('dblclick', () => {
    zoom = null
    redraw()
  })

  const sizes = new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = frame
    if (width > 0 && height > 0 && (width !== plot?.width || height !== plot.height)) {
      plot?.setSize({ width, height })
      redraw()
    }
  })
  sizes.observe(frame)

  return {
    redraw,
    destroy() {
      cancelAnimationFrame(scheduled)
      sizes.disconnect()
      plot?.destroy()
      plot = null
    },
  }
}

/** What each series says where the mouse is: its nearest drawn point. */
function valuesAt(self: uPlot): (number | null)[] {
  return self.data.slice(1).map((values, series) => {
    const index = self.cursor.idxs?.[series + 1]
    return index === null || index === undefined ? null : (values[index] ?? null)
  })
}

function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null
}
