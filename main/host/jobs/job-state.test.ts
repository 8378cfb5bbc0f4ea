// The life of a job as a whole: every status and everything that can happen in it.
import { expect, test } from 'vitest'
import { JobStatus } from '../../contract/records.ts'
import { isActive, nextStatus, type JobHappening } from './job-state.ts'

const happenings: JobHappening[] = [
  'pause',
  'resume',
  'cancel',
  'claimed',
  'training',
  'finishing',
  'finished',
  'stopped',
  'failed',
  'lost',
]

test('the table of all changes', () => {
  const table = JobStatus.options.map((status) => {
    const changes = happenings.flatMap((happening) => {
      const next = nextStatus(status, happening)
      return next === undefined ? [] : [`${happening} → ${next}`]
    })
    return `${status}: ${changes.join(', ') || '–'}`
  })
  expect(table).toMatchInlineSnapshot(`
    [
      "queued: pause → paused, cancel → cancelled, claimed → preparing, lost → interrupted",
      "preparing: pause → pausing, cancel → stopping, training → running, finishing → finishing, finished → done, stopped → interrupted, failed → failed, lost → interrupted",
      "running: pause → pausing, cancel → stopping, finishing → finishing, finished → done, stopped → interrupted, failed → failed, lost → interrupted",
      "pausing: cancel → stopping, finished → done, stopped → paused, failed → failed, lost → paused",
      "paused: resume → queued, cancel → cancelled",
      "stopping: finished → done, stopped → cancelled, failed → cancelled, lost → cancelled",
      "finishing: pause → pausing, cancel → stopping, finished → done, stopped → interrupted, failed → failed, lost → interrupted",
      "interrupted: resume → queued, cancel → cancelled",
      "done: –",
      "failed: resume → queued",
      "cancelled: resume → queued",
    ]
  `)
})

test('whatever an engine does, a job on which one works comes to an end; and no end is lost', () => {
  for (const status of JobStatus.options.filter(isActive)) {
    for (const ending of ['finished', 'stopped', 'failed', 'lost'] as const) {
      const next = nextStatus(status, ending)
      expect(next, `${status} ${ending}`).toBeDefined()
      expect(isActive(next ?? status), `${status} ${ending}`).toBe(false)
    }
  }
})

test('from every status but done there is a way back into the queue, and from every one a way to an end', () => {
  const reaches = (from: JobStatus, goal: JobStatus): boolean => {
    const seen = new Set<JobStatus>([from])
    for (const status of seen) {
      for (const happening of happenings) {
        const next = nextStatus(status, happening)
        if (next !== undefined) seen.add(next)
      }
    }
    return seen.has(goal)
  }
  for (const status of JobStatus.options) {
    expect(reaches(status, 'done'), status).toBe(true)
    if (status !== 'done') expect(reaches(status, 'queued'), status).toBe(true)
  }
})
