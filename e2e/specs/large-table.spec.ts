// A table large enough that its tokens are kept on disk: trained on twice, the second time from what was kept.
import { writeReviews } from '../fixtures/review-files.ts'
import { chooseRun, fillKnobs, importReviews } from '../fixtures/steps.ts'
import { expect, test } from '../fixtures/workbench.ts'

/** About 1.5 MB, of which a tenth is set aside; tokens of 1 MiB of text and more are kept. */
const ROWS = 25_000

test('a table of more than a megabyte is trained on, and is not tokenised twice', async ({
  workbench,
  shell,
}) => {
  test.skip(shell === 'server', 'what is kept is kept in the same way; only the process around it differs')
  const { page, dataDir } = workbench
  await importReviews(workbench, await writeReviews(dataDir, 'reviews.tsv', ROWS))
  for (const kept of [false, true]) {
    await chooseRun(page, 'reviews')
    await fillKnobs(page, {
      max_seq_length: 32,
      train_batch_size: 8,
      train_step: 2,
      save_checkpoints_steps: 2,
      eval_batch_size: 128,
    })
    await page.getByRole('button', { name: 'Queue and watch' }).click()
    await expect(page.getByText('Done', { exact: true }).first()).toBeVisible()
    await expect(page.getByText(/train\.tsv was tokenised before with the same settings/)).toHaveCount(
      kept ? 1 : 0,
    )
  }
})
