// From a dropped file to a score in the table, over a power cut in the middle of the run, with real TensorFlow.
import { expect, test } from '../fixtures/workbench.ts'
import { writeReviews } from '../fixtures/review-files.ts'
import { holdRun } from '../fixtures/hold-run.ts'
import { chooseRun, fillKnobs, importReviews, lastOfCurve, open, stepsDone } from '../fixtures/steps.ts'
import { startFrameWatch } from '../fixtures/frames.ts'

test.skip(process.platform !== 'linux', 'the engine is found through /proc')

test('a dropped file becomes a dataset, a run, a curve and a score, over a power cut', async ({
  workbench,
}) => {
  const file = await writeReviews(workbench.dataDir, 'reviews.tsv', 600)
  let { page } = workbench

  await test.step('drop the file and map its columns', () => importReviews(workbench, file))

  await test.step('queue a run of the small model', async () => {
    await chooseRun(page, 'reviews')
    await fillKnobs(page, {
      max_seq_length: 32,
      learning_rate: 0.001,
      train_batch_size: 16,
      train_step: 300, // held at the steps that are looked at, so that the end comes after the power cut only
      warmup_step: 10,
      save_checkpoints_steps: 20,
      eval_batch_size: 32,
    })
    await page.getByRole('button', { name: 'Queue and watch' }).click()
  })

  await test.step('see the curve move, smoothly', async () => {
    const held = await holdRun(workbench, 20)
    await expect.poll(() => lastOfCurve(page, 'Loss')).toBeGreaterThanOrEqual(20)
    const before = await lastOfCurve(page, 'Loss')
    const frames = await startFrameWatch(page)
    held.goOn()
    await holdRun(workbench, before + 40)
    await expect.poll(() => lastOfCurve(page, 'Loss')).toBeGreaterThanOrEqual(before + 40)
    await expect.poll(() => stepsDone(page)).toBeGreaterThanOrEqual(before + 40)
    await expect.poll(() => frames.drawn()).toBeGreaterThan(30)
    const { frames: drawn, longest_ms } = await frames.end()
    test.info().annotations.push({
      type: 'frames',
      description: `${drawn} frames, the longest ${longest_ms.toFixed(0)} ms`,
    })
    await expect(page.getByText('Running', { exact: true }).first()).toBeVisible()
  })

  await test.step('cut the power and start again', async () => {
    await workbench.kill()
    await workbench.start()
    page = workbench.page
    await open(page, 'Queue')
    await expect(page.getByText(/Interrupted at step \d+ of 300/)).toBeVisible()
    await page.getByRole('button', { name: /^Resume/ }).click()
  })

  await test.step('find the score in the table', async () => {
    await expect(page.getByText('Done', { exact: true }).first()).toBeVisible()
    await open(page, 'Results')
    const row = page.getByRole('row').filter({ hasText: 'reviews' })
    await expect(row).toHaveCount(1)
    await expect(row).toContainText(/100|9\d\.\d/)
  })
})
