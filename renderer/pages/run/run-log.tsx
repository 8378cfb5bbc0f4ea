// The lines of a run's log as they arrive in, a list that draws only what is in sight and stays at the end out, until one scrolls up.
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { LogLine } from '../../../main/contract/records.ts'
import { useFormat } from '../../i18n/format.ts'
import type { LiveRun } from '../../stores/live-run.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { notify } from '../../ui/toast.tsx'
import { useReport } from '../host-error.tsx'
import styles from './run.module.css'

/** Pixels from the end within which one counts as being there. */
const END = 32

export function RunLog({ log }: { log: LiveRun['log'] }) {
  const { t } = useTranslation('run')
  const lines = useStore(log, (state) => state.lines)
  const report = useReport()
  const format = useFormat()
  const [atEnd, setAtEnd] = useState(true)
  const frame = useRef<HTMLDivElement>(null)
  // It hands out functions that must not be memoized; nothing here does.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => 22,
    overscan: 12,
    getItemKey: (index) => keyOf(lines[index], index),
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: END,
    // Without a size in the first moment the list would be empty until the next scroll.
    initialRect: { width: 800, height: 320 },
  })
  const copy = async (): Promise<void> => {
    const text = lines.map((line) => `${new Date(line.at).toISOString()} ${line.level} ${line.message}`)
    await navigator.clipboard.writeText(text.join('\n'))
    notify.success(t('log.copied'))
  }
  return (
    <div className={styles.log}>
      <div className={styles.logTools}>
        <span className={styles.faint}>{t('log.lines', { count: lines.length })}</span>
        {!atEnd && (
          <Button size="small" onClick={() => virtualizer.scrollToIndex(lines.length - 1, { align: 'end' })}>
            {t('log.follow')}
          </Button>
        )}
        <Button
          size="small"
          variant="quiet"
          disabled={lines.length === 0}
          onClick={() => void copy().catch(report)}
        >
          {t('log.copy')}
        </Button>
      </div>
      <div
        ref={frame}
        className={styles.logFrame}
        style={{ height: Math.min(320, Math.max(72, virtualizer.getTotalSize() + 18)) }}
        role="log"
        aria-label={t('log.label')}
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
          setAtEnd(scrollHeight - scrollTop - clientHeight <= END)
        }
      >
        {lines.length === 0 && <p className={styles.logEmpty}>{t('log.empty')}</p>}
        <div className={styles.logLines} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start, key }) => {
            const line = lines[index]
            if (line === undefined) return null
            return (
              <div
                key={key}
                ref={virtualizer.measureElement}
                data-index={index}
                className={classes(styles.logLine, styles[line.level])}
                style={{ transform: `translateY(${start}px)` }}
              >
                <time dateTime={new Date(line.at).toISOString()}>{format.clock(line.at)}</time>
                <span>{line.message}</span>
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

/** Lines have no number of their own, and the oldest are dropped when there are many: each object gets a key once. */
const keys = new WeakMap<LogLine, number>()
let lastKey = 0
function keyOf(line: LogLine | undefined, index: number): number {
  if (line === undefined) return -1 - index
  const known = keys.get(line)
  if (known !== undefined) return known
  lastKey += 1
  keys.set(line, lastKey)
  return lastKey
}
