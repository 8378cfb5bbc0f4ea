// "Run the sample" from the first page to its score: what a new user does first. Frames and the main process are watched meanwhile.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { startFrameWatch } from '../fixtures/frames.ts'
import { curve, open, stepsDone } from '../fixtures/steps.ts'
import { expect, test } from '../fixtures/workbench.ts'

test('the sample runs from the first page to its score', async ({ workbench, shell }) => {
  test.skip(shell === 'server', 'the same run as on the desktop, and it takes minutes')
  test.setTimeout(600_000)
  const { page } = workbench
  await open(page, 'Home')
  await page.getByRole('button', { name: 'Run the sample' }).first().click()
  await expect.poll(() => stepsDone(page), { timeout: 120_000 }).toBeGreaterThan(3)
  const frames = await startFrameWatch(page)
  await expect.poll(() => stepsDone(page), { timeout: 240_000 }).toBeGreaterThan(200)
  const drawn = await frames.end()
  await expect(curve(page, 'Loss')).toHaveAttribute('aria-label', /step/)
  await expect(page.getByText('Done', { exact: true }).first()).toBeVisible({ timeout: 400_000 })
  const score = Number.parseFloat((await page.getByTestId('score').textContent()) ?? '')
  expect(score).toBeGreaterThanOrEqual(88)
  await workbench.close()
  const measured = JSON.parse(await readFile(path.join(workbench.dataDir, 'measure.json'), 'utf8')) as object
  const description = JSON.stringify({ score, ...drawn, ...measured })
  test.info().annotations.push({ type: 'measured', description })
  console.log(`measured: ${description}`)
})
