// "Run the sample" from the first page to its score: what a new user does first. Frames and the main process are watched meanwhile.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { startFrameWatch } from '../fixtures/frames.ts'
import { curve, open, stepsDone } from '../fixtures/steps.ts'
import { expect, test } from '../fixtures/workbench.ts'

/** `main/shell/measure.ts` writes it. */
type Measured = {
  first_answer_ms: number
  turns: { at: number; clock_ms: number; worked_ms: number | null }[]
}

test('the sample runs from the first page to its score', async ({ workbench, shell }) => {
  test.skip(shell === 'server', 'the same run as on the desktop, and it takes minutes')
  test.setTimeout(600_000)
  const { page } = workbench
  await open(page, 'Home')
  await page.getByRole('button', { name: 'Run the sample' }).first().click()
  await expect.poll(() => stepsDone(page)).toBeGreaterThan(3)
  const from = Date.now()
  const watch = await startFrameWatch(page)
  await expect.poll(() => stepsDone(page), { timeout: 400_000 }).toBeGreaterThan(200)
  const frames = await watch.end()
  const until = Date.now()
  await expect(curve(page, 'Loss')).toHaveAttribute('aria-label', /step/)
  await expect(page.getByText('Done', { exact: true }).first()).toBeVisible({ timeout: 400_000 })
  const score = Number.parseFloat((await page.getByTestId('score').textContent()) ?? '')
  expect(score).toBeGreaterThanOrEqual(88)

  await workbench.close()
  const { first_answer_ms, turns } = JSON.parse(
    await readFile(path.join(workbench.dataDir, 'measure.json'), 'utf8'),
  ) as Measured
  const training = turns.filter(({ at }) => at >= from && at <= until)
  const measured = {
    score,
    ...frames,
    first_answer_ms,
    blocked_ms: Math.max(0, ...training.map(({ clock_ms }) => clock_ms)),
    worked_ms: Math.max(0, ...training.map(({ worked_ms }) => worked_ms ?? 0)),
  }
  test.info().annotations.push({ type: 'measured', description: JSON.stringify(measured) })
  console.log(`measured: ${JSON.stringify(measured)}`)
})
