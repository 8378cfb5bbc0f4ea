// The page of a run says where it stands, what it came to, and what to do when it stopped. The canvases are left out: a DOM has none.
import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { EngineError } from '../../../engine/spec/errors.ts'
import { Runtime } from '../../../engine/spec/runtime.ts'
import { say } from '../../../main/contract/sentences.ts'
import { jobOf } from '../../testing/fake-data.ts'
import { createFakeHost } from '../../testing/fake-host.ts'
import { renderInWindow } from '../../testing/render.tsx'
import { RunPage } from './run-page.tsx'

const redraw = vi.fn()
vi.mock('../../charts/line-plot.ts', () => ({ createLinePlot: () => ({ redraw, destroy: () => undefined }) }))

beforeEach(() => redraw.mockReset())

test('a run that works shows its progress, and its curves hear of new points', async () => {
  const { fake } = renderInWindow(<RunPage job_id="job-5" />)
  await screen.findByText('168 of 400')
  const loss = await screen.findByRole('img', { name: /^Loss\. Loss: 168 points, from / })
  expect(loss).toBeTruthy()
  redraw.mockClear()
  fake.train(5)
  await screen.findByText('173 of 400')
  expect(redraw).toHaveBeenCalled()
})

test.each([
  ['fp16', 1],
  ['fp32', 0],
] as const)('in %s there is a curve of the loss scale: %d', async (precision, count) => {
  const fake = createFakeHost()
  fake.world.jobs = [jobOf('job-1', 'done', { runtime: Runtime.parse({ precision }) })]
  renderInWindow(<RunPage job_id="job-1" />, { fake })
  await screen.findByRole('img', { name: /^Loss\. Loss: 400 points/ })
  expect(screen.queryAllByRole('img', { name: /^Loss scale \(fp16\)\. .*400 points/ })).toHaveLength(count)
})

test('the values of a curve stand in a table', async () => {
  renderInWindow(<RunPage job_id="job-1" />)
  await screen.findByRole('img', { name: /^Loss\. Loss: 400 points/ })
  const [first] = screen.getAllByText('Values as a table')
  await userEvent.click(first as HTMLElement)
  const table = await screen.findByRole('table', { name: 'Loss: values' })
  expect(table.querySelectorAll('tbody tr')).toHaveLength(50)
})

test('a finished run shows its score beside the majority class', async () => {
  renderInWindow(<RunPage job_id="job-1" />)
  expect((await screen.findByTestId('score')).textContent).toBe('92.13%')
  await screen.findByText('50.00%')
  await screen.findByText('42.1 points above the majority class')
  await screen.findByText('90.1–93.8% with 95% confidence, by 800 examples')
})

describe('a run that stopped', () => {
  test('says what to do about the fault, and offers it', async () => {
    const user = userEvent.setup()
    renderInWindow(<RunPage job_id="job-4" />)
    await screen.findByText('The run failed: there was not enough memory')
    await screen.findByText(/with a smaller batch or shorter sequences/)
    await user.click(screen.getByRole('button', { name: 'Duplicate and change' }))
    expect(window.location.hash).toBe('#/new-run?from=job-4')
  })

  test('says where in the file the fault is', async () => {
    const fake = createFakeHost()
    const error = {
      code: 'bad-row',
      file: 'train.tsv',
      line: 812,
      column: null,
      message: 'Row 812.',
    } as const
    fake.world.jobs = [jobOf('job-1', 'failed', { error })]
    renderInWindow(<RunPage job_id="job-1" />, { fake })
    await screen.findByText('train.tsv, line 812')
  })

  test.each<[string, EngineError, string | RegExp]>([
    [
      'a sentence of the engine',
      {
        code: 'loss-not-finite',
        step: 7,
        ...say('run-diverged', { step: 7, loss: 'NaN', grad_norm: 'NaN' }),
      },
      /^第 7 步的损失为 NaN/,
    ],
    [
      'a sentence of the host',
      { code: 'engine-exited', exit_code: null, signal: 'SIGKILL', ...say('run-killed', { step: 3 }) },
      /^引擎在第 3 步被系统强行终止/,
    ],
    [
      'a fault of the data',
      {
        code: 'unknown-label',
        file: 'train.tsv',
        line: 2,
        column: 'label',
        label: 'x',
        message: 'In English.',
        fault: { code: 'unknown-label', value: 'x', facts: { labels: 'a, b' } },
      },
      /^“x”不是已知标签：a, b。/,
    ],
    ['what has no words', { code: 'internal', message: 'In English.' }, 'In English.'],
  ])('is told in Chinese by %s', async (_, error, words) => {
    const fake = createFakeHost()
    fake.world.jobs = [jobOf('job-1', 'failed', { error })]
    renderInWindow(<RunPage job_id="job-1" />, { fake, language: 'zh' })
    await screen.findByText(words)
  })

  test('is resumed from here', async () => {
    const { fake } = renderInWindow(<RunPage job_id="job-8" />)
    await screen.findByText('Interrupted at step 212')
    await userEvent.click(screen.getByRole('button', { name: 'Resume from the newest checkpoint' }))
    await waitFor(() => expect(fake.world.jobs.find((job) => job.id === 'job-8')?.status).toBe('queued'))
  })
})

test('the command line goes to the clipboard', async () => {
  const user = userEvent.setup()
  const written = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
  renderInWindow(<RunPage job_id="job-1" />)
  await user.click(await screen.findByRole('button', { name: 'Copy as command' }))
  await waitFor(() => expect(written).toHaveBeenCalledWith('albert run_classifier --job=job-1'))
})

test('the configuration marks what is not the default', async () => {
  renderInWindow(<RunPage job_id="job-1" />)
  await userEvent.click(await screen.findByRole('tab', { name: 'Configuration' }))
  const row = (await screen.findByText('train_step')).closest('tr')
  expect(row?.textContent).toContain('400')
  expect(row?.textContent).toContain('1000')
})

test('a run that is not there says so', async () => {
  renderInWindow(<RunPage job_id="nothing" />)
  await screen.findByText('This run is not here any more')
})
