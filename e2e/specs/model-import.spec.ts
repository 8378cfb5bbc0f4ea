// A released archive is dropped and checked; a run starts from it and answers a file, and the models move to another disk; a damaged one is refused.
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { writeReleased, writeTarball } from '../fixtures/released-model.ts'
import { writeReviews } from '../fixtures/review-files.ts'
import { chooseRun, dropFiles, fillKnobs, importReviews, open } from '../fixtures/steps.ts'
import { expect, test } from '../fixtures/workbench.ts'

const DROP = { name: 'Drop an archive or a folder, or choose an archive' }

test('a dropped archive becomes a model, and a run starts from its weights to a score', async ({
  workbench,
}) => {
  const { page, dataDir } = workbench
  await open(page, 'Models')
  await dropFiles(page, page.getByRole('button', DROP), [await writeTarball(dataDir, 'albert_tiny')])
  await expect(page.getByRole('heading', { level: 1, name: 'albert_tiny' })).toBeVisible()
  await expect(page.getByText('The capital of France is [MASK]', { exact: false })).toBeVisible()
  await page.getByRole('button', { name: 'Spread of bert/pooler/dense/kernel' }).click()
  await expect(page.getByRole('img', { name: /standard deviation/ })).toBeVisible()

  await importReviews(workbench, await writeReviews(dataDir, 'reviews.tsv', 60))
  await chooseRun(page, 'reviews', 'albert_tiny')
  await fillKnobs(page, {
    max_seq_length: 32,
    train_batch_size: 8,
    train_step: 4,
    warmup_step: 1,
    save_checkpoints_steps: 2,
    eval_batch_size: 16,
  })
  await page.getByRole('button', { name: 'Queue and watch' }).click()
  await expect(page.getByText('Done', { exact: true }).first()).toBeVisible()

  const unlabelled = path.join(dataDir, 'new.tsv')
  await writeFile(unlabelled, 'what was said\nA fine film.\nA poor one.\n')
  await page.getByRole('button', { name: 'Answer a file' }).click()
  const answering = page.getByRole('dialog')
  await dropFiles(page, answering.getByRole('button', { name: 'Drop a file here, or choose one' }), [
    unlabelled,
  ])
  await expect(answering.getByLabel('What column what was said is')).toHaveValue('text_a')
  await answering.getByRole('button', { name: 'Answer', exact: true }).click()
  const answers = page.getByRole('table', { name: 'Predictions' })
  await expect(answers.getByRole('row')).toHaveCount(3)
  await expect(answers).toContainText('A poor one.')

  const disk = path.join(dataDir, 'other disk')
  await mkdir(disk)
  await open(page, 'Models')
  await page.getByRole('button', { name: 'Move to another disk' }).click()
  const moving = page.getByRole('dialog')
  await moving.getByRole('textbox', { name: 'Folder on the other disk' }).fill(disk)
  await moving.getByRole('button', { name: 'Move', exact: true }).click()
  await expect(page.getByText(/^The models lie in .*albert-models now$/)).toBeVisible()
  await open(page, 'Results')
  const row = page.getByRole('row').filter({ hasText: 'albert_tiny' }).first()
  await expect(row).toContainText(/\d+\.\d+\s?%/)

  await open(page, 'Models')
  await page.getByRole('link', { name: 'albert_tiny' }).click()
  await expect(page.getByRole('link', { name: /reviews/ })).toHaveCount(2) // the run, and the one that answered a file
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText(/albert_tiny is deleted/)).toBeVisible()
  await expect(page.getByRole('link', { name: 'albert_tiny' })).toBeHidden()
})

test('a folder whose config is of another model is refused by the field that differs', async ({
  workbench,
}) => {
  const { page, dataDir, shell } = workbench
  const folder = await writeReleased(dataDir, 'albert_other')
  const file = path.join(folder, 'albert_config.json')
  await writeFile(
    file,
    JSON.stringify({ vocab_size: 200, embedding_size: 16, hidden_size: 64, num_attention_heads: 4 }),
  )
  await open(page, 'Models')
  if (shell === 'server') await page.locator('input[webkitdirectory]').setInputFiles(folder)
  else await dropFiles(page, page.getByRole('button', DROP), [folder])
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText(/hidden_size is 64 and the checkpoint has 32/)).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Choose a folder' })).toBeVisible()
})
