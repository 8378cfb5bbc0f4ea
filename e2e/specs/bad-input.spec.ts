// What goes wrong with data and settings is said with its place and the way out, and the program goes on.
import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { REVIEW_COLUMNS, writeLines, writeReviews } from '../fixtures/review-files.ts'
import { chooseRun, dropFiles, fillKnobs, importReviews, mapColumns, open } from '../fixtures/steps.ts'
import { expect, test } from '../fixtures/workbench.ts'

const HEADER = [REVIEW_COLUMNS.id, REVIEW_COLUMNS.label, REVIEW_COLUMNS.text].join('\t')
const DROP_ZONE = 'Drop files or a folder here, or choose files'

test('faulty rows are listed with line and column, and can be left out', async ({ workbench }) => {
  const { page, dataDir } = workbench
  const rows = Array.from(
    { length: 30 },
    (_, row) => `${row}\t${row % 2 === 0 ? 'good' : 'bad'}\tfine words ${row}`,
  )
  const file = await writeLines(dataDir, 'faulty.tsv', [
    HEADER,
    ...rows,
    '30\tgood', // line 32: a column is missing
    '31\tbad\t   ', // line 33: nothing is left of the text
  ])
  await open(page, 'Datasets')
  await dropFiles(page, page.getByRole('button', { name: DROP_ZONE }), [file])
  const dialog = page.getByRole('dialog')
  await mapColumns(dialog, {
    [REVIEW_COLUMNS.id]: 'Row id',
    [REVIEW_COLUMNS.label]: 'Label',
    [REVIEW_COLUMNS.text]: 'Text',
  })
  await dialog.getByRole('button', { name: 'Check the rows' }).click()
  const faults = dialog.getByRole('table', { name: 'Faulty rows' })
  await expect(faults.getByRole('row').filter({ hasText: '32' })).toContainText('columns')
  await expect(faults.getByRole('row').filter({ hasText: '33' })).toContainText(REVIEW_COLUMNS.text)
  await expect(dialog.getByRole('button', { name: 'Import', exact: true })).toBeDisabled()
  await dialog.getByText('Leave out faulty rows').click()
  await dialog.getByRole('button', { name: /^Import/ }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('heading', { level: 1, name: 'faulty' })).toBeVisible()
  await expect(page.getByText('27').first()).toBeVisible() // 30 good rows, a tenth of them set aside
})

for (const [what, lines, words] of [
  ['an empty file', [], 'nothing.tsv: The file is empty. Drop a file that has rows.'],
  [
    'a file with a header only',
    [HEADER],
    'nothing.tsv: There is a header (no, verdict, what was said) and no rows below it. Drop a file that has rows.',
  ],
] as const) {
  test(`${what} is refused in words`, async ({ workbench }) => {
    const { page, dataDir } = workbench
    const file = await writeLines(dataDir, 'nothing.tsv', lines)
    await open(page, 'Datasets')
    await dropFiles(page, page.getByRole('button', { name: DROP_ZONE }), [file])
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByRole('alert')).toContainText(words)
    await expect(dialog.getByRole('button', { name: 'Check the rows' })).toBeDisabled()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await open(page, 'Home')
  })
}

test('knobs that do not go together are refused at their fields', async ({ workbench }) => {
  const { page } = workbench
  await importReviews(workbench, await writeReviews(workbench.dataDir, 'reviews.tsv', 60))
  await chooseRun(page, 'reviews')
  await fillKnobs(page, { train_step: 100, warmup_step: 200, max_seq_length: 600 })
  await expect(page.locator('[data-field="warmup_step"]')).toContainText('100')
  await expect(page.locator('[data-field="max_seq_length"]')).toContainText('512')
  await expect(page.getByRole('button', { name: 'Queue', exact: true })).toBeDisabled()
})

test('a run whose dataset is gone from the disk is refused with the way out, and the program goes on', async ({
  workbench,
}) => {
  const { page, dataDir } = workbench
  await importReviews(workbench, await writeReviews(dataDir, 'reviews.tsv', 60))
  const datasets = path.join(dataDir, 'datasets')
  for (const folder of await readdir(datasets)) {
    await rm(path.join(datasets, folder, 'train.tsv'), { force: true })
  }
  await chooseRun(page, 'reviews')
  await fillKnobs(page, { max_seq_length: 32, train_step: 10, train_batch_size: 4 })
  await page.getByRole('button', { name: 'Queue and watch' }).click()
  await expect(page.getByRole('alert')).toContainText('import the dataset again')
  await open(page, 'Results')
})
