// What happens around a desktop program: a second start, the session's end, and a page whose process dies. Nothing is lost.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { desktopCommand, startDesktop } from '../fixtures/desktop.ts'
import { holdRun } from '../fixtures/hold-run.ts'
import { descendants, killTree } from '../fixtures/kill-tree.ts'
import { writeReviews } from '../fixtures/review-files.ts'
import { chooseRun, fillKnobs, importReviews, open, stepsDone } from '../fixtures/steps.ts'
import { expect, test } from '../fixtures/workbench.ts'

const KNOBS = {
  max_seq_length: 32,
  train_batch_size: 8,
  train_step: 300,
  warmup_step: 0,
  save_checkpoints_steps: 20,
}

/** Written when the program is told to end, just before it tells the engine. */
const measured = (dataDir: string) => path.join(dataDir, 'measure.json')

test.skip(({ shell }) => shell !== 'desktop', 'the server has no window')
test.skip(process.platform !== 'linux', 'processes are found through /proc')

test('a second start shows the first window and ends; a signal ends the program and saves the run', async ({
  workbench,
}) => {
  const { dataDir } = workbench
  await importReviews(workbench, await writeReviews(dataDir, 'reviews.tsv', 120))
  await workbench.close()

  const desktop = await startDesktop(dataDir)
  const { app, page } = desktop
  const main = app.process()
  const left = once(main, 'exit')
  try {
    const { executablePath, args, env } = desktopCommand(dataDir)
    await promisify(execFile)(executablePath, args, { env, timeout: 120_000 }) // rejects where it fails
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)

    await chooseRun(page, 'reviews')
    await fillKnobs(page, KNOBS)
    await page.getByRole('button', { name: 'Queue and watch' }).click()
    const held = await holdRun({ dataDir, pid: desktop.pid }, 20)
    await expect.poll(() => stepsDone(page)).toBeGreaterThanOrEqual(20)

    await rm(measured(dataDir))
    main.kill('SIGTERM')
    await expect.poll(() => existsSync(measured(dataDir))).toBe(true)
    held.goOn()
    expect(await left).toEqual([0, null])
  } finally {
    await desktop.kill()
  }

  await workbench.start()
  await open(workbench.page, 'Queue')
  await expect(workbench.page.getByText(/(Interrupted|Paused) at step \d+ of 300/)).toBeVisible()
  await workbench.page.getByRole('button', { name: /^Resume: / }).click()
  await expect(workbench.page.getByRole('listitem').getByText('Done')).toBeVisible()
})

// Without a debugger on the page, which would hold the new one.
test('a page whose process dies is drawn again', async ({ workbench }) => {
  await workbench.close()
  const { executablePath, args, env } = desktopCommand(workbench.dataDir)
  const main = spawn(executablePath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let told = ''
  main.stderr.setEncoding('utf8').on('data', (text: string) => (told += text))
  const left = once(main, 'exit')
  try {
    await expect.poll(() => renderersBelow(main.pid ?? -1)).toHaveLength(1)
    const [first] = await renderersBelow(main.pid ?? -1)
    process.kill(first ?? -1, 'SIGKILL')
    await expect.poll(() => told).toContain("The page's process ended (killed)")
    await expect.poll(() => renderersBelow(main.pid ?? -1)).not.toEqual([])
    expect(await renderersBelow(main.pid ?? -1)).not.toContain(first)
    main.kill('SIGTERM')
    expect(await left).toEqual([0, null])
  } finally {
    await killTree(main)
  }
})

/** Processes that draw pages. */
async function renderersBelow(pid: number): Promise<number[]> {
  const below = await descendants(pid)
  const lines = await Promise.all(
    below.map((one) => readFile(`/proc/${one}/cmdline`, 'utf8').catch(() => '')),
  )
  return below.filter((_, index) => lines[index]?.includes('--type=renderer'))
}
