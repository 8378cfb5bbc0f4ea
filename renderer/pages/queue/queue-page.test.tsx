// What is done in the queue reaches the host: order, pause, resume, cancel, remove; and what is refused is said.
import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, test } from 'vitest'
import { HostFailure } from '../../../main/contract/errors.ts'
import { jobOf } from '../../testing/fake-data.ts'
import { createFakeHost, type FakeHost } from '../../testing/fake-host.ts'
import { renderInWindow } from '../../testing/render.tsx'
import { QueuePage } from './queue-page.tsx'

const names = ['one', 'two', 'three']

/** A host with three waiting jobs and one interrupted one. */
function hostWithThree(): FakeHost {
  const fake = createFakeHost()
  fake.world.jobs = [
    ...names.map((name, index) => jobOf(`job-${index + 1}`, 'queued', { name })),
    jobOf('job-9', 'interrupted', {
      name: 'halted',
      progress: {
        phase: 'training',
        detail: '',
        done: 212,
        total: 400,
        step: 212,
        train_step: 400,
        eta_seconds: null,
      },
    }),
  ]
  return fake
}
const waiting = (): (string | undefined)[] =>
  within(screen.getByRole('region', { name: 'Waiting' }))
    .getAllByRole('listitem')
    .map((row) => row.querySelector('a')?.textContent)

describe('the order', () => {
  test('is changed by the buttons; the focus stays with the job', async () => {
    const user = userEvent.setup()
    const { fake } = renderInWindow(<QueuePage />, { fake: hostWithThree() })
    await user.click(await screen.findByRole('button', { name: 'Move three up' }))
    await waitFor(() => expect(waiting()).toEqual(['one', 'three', 'two']))
    expect(fake.calls).toContain('jobs.move')
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Move three up')
    await screen.findByText('three is now number 2 of 3.')
    await user.click(screen.getByRole('button', { name: 'Move one down' }))
    await waitFor(() => expect(waiting()).toEqual(['three', 'one', 'two']))
    // At the end of the list the button that was used is disabled: the other one takes the focus.
    await user.click(screen.getByRole('button', { name: 'Move one down' }))
    await waitFor(() => expect(waiting()).toEqual(['three', 'two', 'one']))
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Move one up')
  })

  test('is changed by Alt and the arrow keys', async () => {
    const user = userEvent.setup()
    renderInWindow(<QueuePage />, { fake: hostWithThree() })
    const link = await screen.findByRole('link', { name: 'one' })
    link.focus()
    await user.keyboard('{Alt>}{ArrowDown}{/Alt}')
    await waitFor(() => expect(waiting()).toEqual(['two', 'one', 'three']))
  })
})

describe('a job', () => {
  test('that was interrupted says where and is resumed', async () => {
    const user = userEvent.setup()
    const { fake } = renderInWindow(<QueuePage />, { fake: hostWithThree() })
    await screen.findByText('Interrupted at step 212 of 400')
    await user.click(screen.getByRole('button', { name: 'Resume: halted' }))
    await waitFor(() => expect(waiting()).toContain('halted'))
    expect(fake.calls).toContain('jobs.resume')
  })

  test('is paused', async () => {
    const { fake } = renderInWindow(<QueuePage />, { fake: hostWithThree() })
    await userEvent.click(await screen.findByRole('button', { name: 'Pause: two' }))
    await waitFor(() => expect(waiting()).toEqual(['one', 'three']))
    expect(fake.calls).toContain('jobs.pause')
  })

  test('that works is cancelled only after a question', async () => {
    const user = userEvent.setup()
    const fake = createFakeHost()
    renderInWindow(<QueuePage />, { fake })
    const running = await screen.findByRole('region', { name: 'Running' })
    await user.click(within(running).getByRole('button', { name: /^More for/ }))
    await user.click(await screen.findByRole('menuitem', { name: 'Cancel run' }))
    expect(fake.calls).not.toContain('jobs.cancel')
    await user.click(
      within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Cancel run' }),
    )
    await waitFor(() => expect(fake.world.jobs.find((job) => job.id === 'job-5')?.status).toBe('cancelled'))
  })

  test('is removed only after a question', async () => {
    const user = userEvent.setup()
    const { fake } = renderInWindow(<QueuePage />, { fake: hostWithThree() })
    await user.click(await screen.findByRole('button', { name: 'More for two' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Remove' }))
    expect(fake.calls).not.toContain('jobs.delete')
    await user.click(
      within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Remove run' }),
    )
    await waitFor(() => expect(waiting()).toEqual(['one', 'three']))
  })

  test('that the host does not let go stays, and the reason is shown', async () => {
    const fake = hostWithThree()
    renderInWindow(<QueuePage />, { fake })
    const button = await screen.findByRole('button', { name: 'Pause: two' })
    fake.failNext(
      'jobs.pause',
      new HostFailure({ code: 'not-allowed-now', status: 'done', message: 'Too late.' }),
    )
    await userEvent.click(button)
    await screen.findByText('Too late.')
    expect(waiting()).toEqual(names)
  })
})

test('an empty queue says what it is for', async () => {
  renderInWindow(<QueuePage />, { fake: createFakeHost({ empty: true }) })
  await screen.findByText('No runs yet')
})
