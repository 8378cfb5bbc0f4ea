// The command that the window gives for a run comes to the same score and the same predictions as the window.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { writeReviews } from '../fixtures/review-files.ts'
import { chooseRun, fillKnobs, importReviews, open } from '../fixtures/steps.ts'
import { expect, test } from '../fixtures/workbench.ts'

const CLI = path.resolve(import.meta.dirname, '../../dist/cli/main.cjs')

test('the command line comes to the same as the window, and stands in its table', async ({
  workbench,
  shell,
}) => {
  test.skip(shell === 'server', 'the engine below both shells is the same')
  const { page, dataDir } = workbench
  await importReviews(workbench, await writeReviews(dataDir, 'reviews.tsv', 200))
  await chooseRun(page, 'reviews')
  await page.getByLabel('Name', { exact: true }).fill('from the window')
  await fillKnobs(page, {
    max_seq_length: 32,
    learning_rate: 0.001,
    train_batch_size: 8,
    train_step: 40,
    save_checkpoints_steps: 20,
    eval_batch_size: 16,
  })
  await page.getByRole('button', { name: 'Queue and watch' }).click()
  await expect(page.getByText('Done', { exact: true }).first()).toBeVisible()

  const job_id = decodeURIComponent(new URL(page.url()).hash.replace('#/runs/', ''))
  const fromWindow = await readFile(path.join(dataDir, 'runs', job_id, 'eval_results.txt'), 'utf8')
  const { stdout } = await albert(dataDir, ['jobs', 'command', job_id])
  const output = path.join(dataDir, 'by-command')
  await shellRun(stdout.trim().replace(/^albert\b/, `"${process.execPath}" "${CLI}"`), dataDir, output)
  expect(await readFile(path.join(output, 'eval_results.txt'), 'utf8')).toBe(fromWindow)

  await open(page, 'Results')
  const rows = page.getByRole('row').filter({ hasText: 'reviews' })
  await expect(rows).toHaveCount(2)
  const scores = await rows.evaluateAll((all) => all.map((row) => /\d+\.\d+\s?%/.exec(row.textContent)?.[0]))
  expect(scores[0]).toBe(scores[1])
})

const environment = (dataDir: string) => ({ ...process.env, ALBERT_HOME: dataDir })

function albert(dataDir: string, args: readonly string[]) {
  return promisify(execFile)(process.execPath, [CLI, ...args], { env: environment(dataDir) })
}

/** Runs the command as a person would paste it, into an output folder of its own. */
async function shellRun(command: string, dataDir: string, output: string): Promise<void> {
  const line = /--output_dir[= ]/.test(command)
    ? command.replace(/--output_dir[= ]('[^']*'|\S+)/, `--output_dir='${output}'`)
    : `${command} --output_dir='${output}'`
  await promisify(execFile)('sh', ['-c', line], { env: environment(dataDir) })
}
