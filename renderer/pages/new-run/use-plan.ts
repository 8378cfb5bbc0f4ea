// What a form says of a run in, what the run would take and do out: asked anew a moment after the last change.
import { useEffect, useState } from 'react'
import type { HostError } from '../../../main/contract/errors.ts'
import type { JobPlan, NewJob } from '../../../main/contract/host.ts'
import { hostErrorOf } from '../../stores/remote.ts'
import { useStores } from '../../stores/use-stores.ts'

/** The plan stays while the next one is made; `waits` while there is nothing to ask, as a field has a fault. */
export type PlanState = { plan: JobPlan | null; error: HostError | null; isStale: boolean; waits: boolean }

/** Between the last change and the question, in milliseconds. */
const PAUSE = 400

/** @param wish what would be queued; null while a field has a fault */
export function usePlan(wish: Omit<NewJob, 'name'> | null): PlanState {
  const { jobs } = useStores()
  const [answer, setAnswer] = useState<{ key: string; plan: JobPlan | null; error: HostError | null }>()
  const key = wish === null ? null : JSON.stringify(wish)
  useEffect(() => {
    if (key === null) return
    let stopped = false
    const timer = setTimeout(() => {
      jobs.plan(JSON.parse(key) as Omit<NewJob, 'name'>).then(
        (plan) => {
          if (!stopped) setAnswer({ key, plan, error: null })
        },
        (reason: unknown) => {
          if (!stopped) setAnswer({ key, plan: null, error: hostErrorOf(reason) })
        },
      )
    }, PAUSE)
    return () => {
      stopped = true
      clearTimeout(timer)
    }
  }, [jobs, key])
  return {
    plan: answer?.plan ?? null,
    error: answer?.error ?? null,
    isStale: key !== null && answer?.key !== key,
    waits: key === null,
  }
}
