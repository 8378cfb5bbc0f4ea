// A finished run answers a file: the columns are named, what is missing is said, and the answers stand in a table.
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HostFailure } from '../../../main/contract/errors.ts'
import { createFakeHost } from '../../testing/fake-host.ts'
import { jobOf } from '../../testing/fake-data.ts'
import { renderInWindow } from '../../testing/render.tsx'
import { RunPage } from '../run/run-page.tsx'

vi.mock('../../charts/line-plot.ts', () => ({
  createLinePlot: () => ({ redraw: () => undefined, destroy: () => undefined }),
}))

beforeEach(() => {
  window.location.hash = ''
})
afterEach(cleanup)

async function opened(text: string, fake = createFakeHost()) {
  const user = userEvent.setup()
  renderInWindow(<RunPage job_id="job-1" />, { fake })
  await user.click(await screen.findByRole('button', { name: 'Answer a file' }))
  const dialog = within(await screen.findByRole('dialog', { name: /^Answer a file with/ }))
  await user.upload(dialog.getByLabelText('Drop a file here, or choose one'), new File([text], 'new.tsv'))
  return { user, fake, dialog }
}

describe('a file without labels', () => {
  it('whose columns are known is answered with one click', async () => {
    const { user, fake, dialog } = await opened('sentence\tmore\nHello there.\tx\n')
    const role = await dialog.findByLabelText<HTMLSelectElement>('What column sentence is')
    expect(role.value).toBe('text_a')
    expect([...role.options].map(({ text }) => text)).not.toContain('Label')
    await user.click(dialog.getByRole('button', { name: 'Answer' }))
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/runs\/job-/))
    expect(fake.world.jobs.at(-1)).toMatchObject({ do_train: false, dataset_name: 'new.tsv' })
  })

  it('is waited with until the text is named', async () => {
    const { user, dialog } = await opened('a\tb\nHello there.\tx\n')
    await dialog.findByText('Say which column holds the text.')
    const run = dialog.getByRole('button', { name: 'Answer' })
    expect(run.hasAttribute('disabled')).toBe(true)
    const [first] = await dialog.findAllByLabelText<HTMLSelectElement>(/^What column/)
    await user.selectOptions(first as HTMLSelectElement, 'Text')
    await waitFor(() => expect(run.hasAttribute('disabled')).toBe(false))
  })

  it('that the host refuses keeps the dialog open and says why', async () => {
    const fake = createFakeHost()
    const fault = { code: 'blank-line', value: null, facts: { others: 0 } }
    const error = { code: 'bad-file', file: 'new.tsv', line: 3, column: null, fault, message: '…' } as const
    fake.failNext('jobs.predict', new HostFailure(error))
    const { user, dialog } = await opened('sentence\nHello.\n', fake)
    await dialog.findByLabelText('What column sentence is')
    await user.click(dialog.getByRole('button', { name: 'Answer' }))
    await dialog.findByText('new.tsv, line 3: The line is blank. Remove it.')
    expect(window.location.hash).toBe('')
  })
})

it('the answers of a run stand in a table, with where their files lie; there are no curves and no score', async () => {
  const fake = createFakeHost()
  const result = {
    best_step: 0,
    metrics: {},
    best_by: 'accuracy',
    majority: null,
    train_seconds: 0,
    parameters: 1,
    peak_memory_bytes: 1,
    files: ['config.json', 'submit_results.tsv', 'test_results.tsv'],
  }
  fake.world.jobs = [jobOf('job-9', 'done', { do_train: false, result })]
  renderInWindow(<RunPage job_id="job-9" />, { fake })
  const table = within(await screen.findByRole('table', { name: 'Predictions' }))
  expect(table.getAllByRole('row')).toHaveLength(5)
  expect(screen.getByText(/submit_results\.tsv, test_results\.tsv in/)).toBeTruthy()
  expect(screen.queryByTestId('score')).toBeNull()
  expect(screen.queryByRole('button', { name: 'Answer a file' })).toBeNull()
  expect(screen.queryByRole('img', { name: /^Loss/ })).toBeNull()
})
