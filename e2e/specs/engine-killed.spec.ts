// The engine's process may die at any time: the run says at which step, the queue goes on, and Resume comes to the end.
import { holdRun } from '../fixtures/hold-run.ts'
import { writeReviews } from '../fixtures/review-files.ts'
import { chooseRun, fillKnobs, importReviews, open, stepsDone } from '../fixtures/steps.ts'
import { expect, test } from '../fixtures/workbench.ts'

const KNOBS = {
  max_seq_length: 32,
  train_batch_size: 8,
  train_step: 400,
  warmup_step: 0,
  save_checkpoints_steps: 20,
}

test.skip(process.platform !== 'linux', 'the engine is found through /proc')

test('a killed engine interrupts its run, the next one starts, and both come to their ends', async ({
  workbench,
}) => {
  const { page } = workbench
  await importReviews(workbench, await writeReviews(workbench.dataDir, 'reviews.tsv', 120))
  await chooseRun(page, 'reviews')
  await fillKnobs(page, KNOBS)
  await page.getByLabel('Name', { exact: true }).fill('first')
  await page.getByRole('button', { name: 'Queue and watch' }).click()
  const queueSecond = async () => {
    await expect(page.getByRole('region', { name: 'Progress' })).toBeVisible()
    await chooseRun(page, 'reviews')
    await fillKnobs(page, { ...KNOBS, train_step: 20 })
    await page.getByLabel('Name', { exact: true }).fill('second')
    await page.getByRole('button', { name: 'Queue', exact: true }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Queue' })).toBeVisible()
  }
  const [held] = await Promise.all([holdRun(workbench, 60), queueSecond()]) // it cannot end before there is a second
  await page.getByRole('link', { name: 'first', exact: true }).click()
  await expect.poll(() => stepsDone(page)).toBeGreaterThanOrEqual(60)
  held.kill()
  await expect(page.getByText(/Interrupted at step \d+/).first()).toBeVisible()
  await open(page, 'Queue')
  await expect(page.getByRole('listitem').filter({ hasText: 'second' }).getByText('Done')).toBeVisible()
  await page.getByRole('button', { name: /^Resume: first/ }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'first' }).getByText('Done')).toBeVisible()
})
