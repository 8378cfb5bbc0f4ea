// Questions, multiple choice and a folder of GLUE: dropped, recognised, run to a score, with real TensorFlow.
import type { Page } from '@playwright/test'
import { writeGlue, writeRace, writeSquad } from '../fixtures/question-files.ts'
import { bring, chooseRun, fillKnobs, open } from '../fixtures/steps.ts'
import { expect, test } from '../fixtures/workbench.ts'

/** A run that is long enough to be measured twice, and no longer. */
const SHORT = {
  max_seq_length: 48,
  train_batch_size: 4,
  train_step: 4,
  warmup_step: 1,
  save_checkpoints_steps: 2,
  eval_batch_size: 8,
}

async function importAs(page: Page, name: string) {
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Check the rows' }).click()
  await expect(dialog.getByText('Every row is fine')).toBeVisible()
  await dialog.getByRole('button', { name: /^Import/ }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
}

/** Queues the run, waits for its end, and gives the row of the result table. */
async function scoreOf(page: Page, dataset: string) {
  await page.getByRole('button', { name: 'Queue and watch' }).click()
  await expect(page.getByText('Done', { exact: true }).first()).toBeVisible()
  await open(page, 'Results')
  return page.getByRole('row').filter({ hasText: dataset }).first()
}

test('a SQuAD file becomes a run with F1 and exact match', async ({ workbench }) => {
  const { page, dataDir } = workbench
  await open(page, 'Datasets')
  await bring(workbench, await writeSquad(dataDir, 'rivers.json', 12))
  await expect(page.getByRole('dialog').getByText('Where does the Nile rise?').first()).toBeVisible()
  await importAs(page, 'rivers')
  await chooseRun(page, 'rivers')
  await expect(page.getByRole('heading', { name: 'Question answering' })).toBeVisible()
  await fillKnobs(page, { ...SHORT, max_query_length: 12, doc_stride: 16, n_best_size: 4 })
  await expect(await scoreOf(page, 'rivers')).toContainText(/\d/)
})

test('a folder of RACE becomes a run with an accuracy', async ({ workbench }) => {
  const { page, dataDir } = workbench
  await open(page, 'Datasets')
  await bring(workbench, await writeRace(dataDir, 3), 'folder')
  await expect(page.getByRole('dialog').getByText('It ends in _ .').first()).toBeVisible()
  await importAs(page, 'Reading Comprehension from Examinations')
  await chooseRun(page, 'Reading Comprehension')
  await fillKnobs(page, { ...SHORT, max_qa_length: 16 })
  await expect(await scoreOf(page, 'Reading')).toContainText(/\d/)
})

test('of a folder of GLUE, MNLI is taken with its recipe and becomes a run', async ({ workbench }) => {
  const { page, dataDir } = workbench
  await open(page, 'Datasets')
  await bring(workbench, await writeGlue(dataDir, 30), 'folder')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel('Recognised as').locator('option')).toHaveText([
    /^MNLI: /,
    /^MisMNLI: /,
    'Data of your own',
  ])
  await dialog.getByLabel('Name', { exact: true }).fill('My MNLI')
  await importAs(page, 'My MNLI')
  await chooseRun(page, 'My MNLI')
  await expect(page.locator('[data-field="train_step"] input')).toHaveValue('10000')
  await fillKnobs(page, SHORT)
  await expect(await scoreOf(page, 'My MNLI')).toContainText(/\d/)
})
