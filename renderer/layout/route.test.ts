// Every page has an address, and every address has a page.
import { describe, expect, it } from 'vitest'
import { hrefOf, parseRoute, type Route } from './route.ts'

const ROUTES: Route[] = [
  { page: 'home' },
  { page: 'datasets' },
  { page: 'dataset', dataset_id: 'a/b c' },
  { page: 'new-run' },
  { page: 'new-run', dataset_id: 'x&y' },
  { page: 'models' },
  { page: 'model', model_id: 'a/b c' },
  { page: 'new-run', model_id: 'm&n' },
  { page: 'new-run', dataset_id: 'x', model_id: 'y' },
  { page: 'new-run', from_job_id: '7' },
  { page: 'queue' },
  { page: 'run', job_id: '7' },
  { page: 'results' },
  { page: 'settings' },
]

describe('routes', () => {
  it.each(ROUTES)('come back from their address: %j', (route) => {
    expect(parseRoute(hrefOf(route))).toEqual(route)
  })
  it('are home without an address', () => {
    expect(parseRoute('')).toEqual({ page: 'home' })
    expect(parseRoute('#')).toEqual({ page: 'home' })
  })
  it.each(['#/nowhere', '#/runs', '#/datasets/a/b', '#/%E0%A4%A'])('say that %s leads nowhere', (hash) => {
    expect(parseRoute(hash).page).toBe('not-found')
  })
})
