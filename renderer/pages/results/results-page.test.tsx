// The results stand in a table that leads to the runs, and one's own runs stand beside the published ones. The chart's canvas is left out.
import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { createFakeHost } from '../../testing/fake-host.ts'
import { renderInWindow } from '../../testing/render.tsx'
import { ResultsPage } from './results-page.tsx'

vi.mock('../../charts/score-chart.tsx', () => ({
  axisStart: () => 70,
  ScoreChart: ({ summary }: { summary: string }) => <div role="img" aria-label={summary} />,
}))

test('finished runs are listed with score and majority class, and sorted by score', async () => {
  const user = userEvent.setup()
  renderInWindow(<ResultsPage />)
  await user.click(await screen.findByRole('button', { name: 'Score' }))
  const rows = within(screen.getByRole('table')).getAllByRole('row').slice(1)
  expect(rows.map((row) => row.querySelectorAll('td')[1]?.textContent)).toEqual([
    '92.75%',
    '92.13%',
    '89.64%',
  ])
  expect(rows.map((row) => row.querySelector('a')?.getAttribute('href'))).toEqual([
    '#/runs/job-2',
    '#/runs/job-1',
    '#/runs/job-3',
  ])
})

test("a run of a published task stands beside the published scores, as one's own", async () => {
  const user = userEvent.setup()
  const fake = createFakeHost()
  fake.world.jobs = fake.world.jobs.map((job) =>
    job.id === 'job-3' ? { ...job, task: { ...job.task, name: 'SST-2' } } : job,
  )
  renderInWindow(<ResultsPage />, { fake })
  await user.click(await screen.findByRole('tab', { name: 'Published: v1 against v2' }))
  const own = await screen.findByRole('row', { name: /yours: ALBERT base v2/ })
  expect(within(own).getByRole('link', { name: '89.6' }).getAttribute('href')).toBe('#/runs/job-3')
  expect(own.textContent).toContain('-3.3 against v2')
  expect(screen.getAllByRole('row', { name: /published/ })).toHaveLength(8)
})

test('nothing finished yet says what will stand here', async () => {
  renderInWindow(<ResultsPage />, { fake: createFakeHost({ empty: true }) })
  await screen.findByText('No finished run yet')
})
