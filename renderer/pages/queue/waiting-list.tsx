// The waiting jobs in order in, a list that can be put into another order out: by buttons, by dragging, by Alt and the arrow keys.
import { ChevronDown, ChevronUp, GripVertical } from 'lucide-react'
import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { JobRecord } from '../../../main/contract/records.ts'
import { useStores } from '../../stores/use-stores.ts'
import { classes } from '../../ui/classes.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useReport } from '../host-error.tsx'
import { JobRow } from './job-row.tsx'
import { beforeAt } from './queue-groups.ts'
import styles from './queue.module.css'

export function WaitingList({ jobs }: { jobs: readonly JobRecord[] }) {
  const { t } = useTranslation('queue')
  const stores = useStores()
  const report = useReport()
  const list = useRef<HTMLOListElement>(null)
  const [said, setSaid] = useState('')
  const [dragged, setDragged] = useState<string | null>(null)
  const [over, setOver] = useState<number | null>(null)
  const focusAfterMove = useRef<{ id: string; button: 'up' | 'down' } | null>(null)

  // Putting a row elsewhere takes the focus from the button in it; it goes back, or to the other button at the end of the list.
  useLayoutEffect(() => {
    const wanted = focusAfterMove.current
    if (wanted === null) return
    focusAfterMove.current = null
    const row = list.current?.querySelector(`[data-job="${CSS.escape(wanted.id)}"]`)
    const buttons = [wanted.button, 'up', 'down'].map((move) =>
      row?.querySelector<HTMLButtonElement>(`[data-move="${move}"]:not(:disabled)`),
    )
    buttons.find((button) => button != null)?.focus()
  }, [jobs])

  const move = (job: JobRecord, place: number, button?: 'up' | 'down'): void => {
    if (place < 0 || place >= jobs.length || jobs[place]?.id === job.id) return
    if (button !== undefined) focusAfterMove.current = { id: job.id, button }
    stores.jobs
      .move(job.id, beforeAt(jobs, job.id, place))
      .then(() => setSaid(t('moved', { name: job.name, place: place + 1, count: jobs.length })), report)
  }
  const onKeyDown = (event: KeyboardEvent, job: JobRecord, place: number): void => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    const isUp = event.key === 'ArrowUp'
    move(job, place + (isUp ? -1 : 1), isUp ? 'up' : 'down')
  }
  const drop = (place: number): void => {
    const job = jobs.find((one) => one.id === dragged)
    setDragged(null)
    setOver(null)
    if (job !== undefined) move(job, place)
  }

  return (
    <>
      <ol className={styles.rows} ref={list}>
        {jobs.map((job, place) => (
          <li
            key={job.id}
            data-job={job.id}
            className={classes(
              styles.row,
              styles.movable,
              dragged === job.id && styles.dragged,
              over === place && dragged !== null && dragged !== job.id && styles.over,
            )}
            aria-label={t('place', { place: place + 1, count: jobs.length })}
            draggable
            onKeyDown={(event) => onKeyDown(event, job, place)}
            onDragStart={(event) => {
              event.dataTransfer.effectAllowed = 'move'
              event.dataTransfer.setData('text/plain', job.id)
              setDragged(job.id)
            }}
            onDragOver={(event) => {
              if (dragged === null) return
              event.preventDefault()
              setOver(place)
            }}
            onDrop={(event) => {
              event.preventDefault()
              drop(place)
            }}
            onDragEnd={() => {
              setDragged(null)
              setOver(null)
            }}
          >
            <GripVertical className={styles.grip} size={16} aria-hidden />
            <span className={styles.place} aria-hidden>
              {place + 1}
            </span>
            <JobRow job={job}>
              <IconButton
                size="small"
                data-move="up"
                label={t('moveUp', { name: job.name })}
                icon={<ChevronUp aria-hidden />}
                disabled={place === 0}
                onClick={() => move(job, place - 1, 'up')}
              />
              <IconButton
                size="small"
                data-move="down"
                label={t('moveDown', { name: job.name })}
                icon={<ChevronDown aria-hidden />}
                disabled={place === jobs.length - 1}
                onClick={() => move(job, place + 1, 'down')}
              />
            </JobRow>
          </li>
        ))}
      </ol>
      <p className={styles.announcement} role="status">
        {said}
      </p>
    </>
  )
}
