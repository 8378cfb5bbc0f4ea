// No sleep while a job works, and one word when it has ended.
import { expect, test, vi } from 'vitest'
import type { JobRecord, JobStatus } from '../contract/records.ts'
import { watchWork } from './work-watch.ts'

const job = (id: string, status: JobStatus): JobRecord => ({ id, status }) as JobRecord

test('work begins with the first job and ends with the last', () => {
  const onWork = vi.fn()
  const onEnd = vi.fn()
  const watch = watchWork(onWork, onEnd)
  watch.changed(job('a', 'queued'))
  expect(onWork).not.toHaveBeenCalled()
  watch.changed(job('a', 'preparing'))
  watch.changed(job('a', 'running'))
  watch.changed(job('b', 'running'))
  watch.changed(job('a', 'done'))
  expect(onWork.mock.calls).toEqual([[true]])
  watch.changed(job('b', 'pausing'))
  watch.changed(job('b', 'paused'))
  expect(onWork.mock.calls).toEqual([[true], [false]])
  expect(onEnd.mock.calls.map(([ended]) => (ended as JobRecord).id)).toEqual(['a'])
})

test('a job that had ended before is not told again', () => {
  const onEnd = vi.fn()
  const watch = watchWork(() => undefined, onEnd)
  watch.changed(job('a', 'done'))
  watch.changed(job('b', 'running'))
  watch.removed('b')
  watch.changed(job('c', 'running'))
  watch.changed(job('c', 'failed'))
  watch.changed(job('c', 'failed'))
  expect(onEnd).toHaveBeenCalledTimes(1)
})
