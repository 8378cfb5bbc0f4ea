// Home teaches where nothing is yet, shows what runs, and starts the sample with one click.
import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { HostFailure } from '../../../main/contract/errors.ts'
import { fakeInfo, runningJob } from '../../testing/fake-data.ts'
import { createFakeHost } from '../../testing/fake-host.ts'
import { renderInWindow } from '../../testing/render.tsx'
import { HomePage } from './home-page.tsx'
import { sparklinePath } from './sparkline-path.ts'

describe('home', () => {
  it('starts the sample and goes to its run', async () => {
    const user = userEvent.setup()
    const { fake } = renderInWindow(<HomePage />, { fake: createFakeHost({ empty: true }) })
    await screen.findByRole('heading', { name: 'Fine-tune ALBERT on this machine' })
    await user.click(screen.getByRole('button', { name: 'Run the sample' }))
    await waitFor(() => expect(fake.world.jobs).toHaveLength(1))
    await waitFor(() => expect(window.location.hash).toBe(`#/runs/${String(fake.world.jobs[0]?.id)}`))
  })

  it('says why the sample cannot start, and lets it be tried again', async () => {
    const user = userEvent.setup()
    const fake = createFakeHost({ empty: true })
    renderInWindow(<HomePage />, { fake })
    const button = await screen.findByRole<HTMLButtonElement>('button', { name: 'Run the sample' })
    fake.failNext(
      'jobs.run-sample',
      new HostFailure({ code: 'disk-full', file: '/data', message: 'No room in /data.' }),
    )
    await user.click(button)
    await screen.findByText('No room in /data.')
    expect(button.disabled).toBe(false)
  })

  it('follows the job that works', async () => {
    const { fake } = renderInWindow(<HomePage />)
    await screen.findByText('Step 168 of 400')
    await screen.findByRole('img', { name: /Loss of the last steps/ })
    fake.train(10)
    await screen.findByText('Step 178 of 400')
    const bar = screen.getByRole('progressbar', { name: `Progress of ${runningJob.name}` })
    expect(bar.getAttribute('aria-valuenow')).toBe('44.5')
  })

  it('lists the runs that ended, newest first, with their scores', async () => {
    renderInWindow(<HomePage />)
    const rows = (await screen.findAllByRole('row')).slice(1).map((row) => row.textContent)
    expect(rows).toHaveLength(4)
    expect(rows[0]).toContain('Failed')
    expect(rows[1]).toContain('89.64%')
    expect(rows[3]).toContain('92.13%')
  })

  it('says what is missing when there is no TensorFlow', async () => {
    const message = 'TensorFlow was not found. Run npm start once more with a connection.'
    renderInWindow(<HomePage />, {
      fake: createFakeHost({
        info: { ...fakeInfo, tensorflow: { available: false, version: null, message } },
      }),
    })
    expect((await screen.findByRole('alert')).textContent).toContain(message)
  })
})

describe('sparklinePath', () => {
  it('draws few points of many numbers, and leaves out what is no number', () => {
    const path = sparklinePath([...Array.from({ length: 10_000 }, (_, index) => -index), NaN], 100, 10)
    expect(path.match(/[ML]/g)).toHaveLength(90)
    expect(path.startsWith('M0.0 0.0')).toBe(true)
    expect(path.endsWith('100.0 10.0')).toBe(true)
    expect(path).not.toContain('NaN')
  })
  it('is empty below two points', () => {
    expect(sparklinePath([1], 100, 10)).toBe('')
  })
})
