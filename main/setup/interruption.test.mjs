import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { isAlive } from './lock.mjs'
import { runInTerminal } from './run-command.mjs'
import { temporaryFolder } from './testing/temporary-folder.mjs'

/** @param {string} name */
const file = (name) => JSON.stringify(pathToFileURL(path.resolve('main/setup', name)).href)

test.each(
  /** @type {[NodeJS.Signals, number][]} */ ([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ]),
)('%s during a step ends what it started, frees its lock and says so', async (signal, code) => {
  const folder = await temporaryFolder()
  const program = `
      const { interruptible } = await import(${file('interruption.mjs')})
      const { withLock } = await import(${file('lock.mjs')})
      const { runCommand } = await import(${file('run-command.mjs')})
      await interruptible(() => withLock(${JSON.stringify(path.join(folder, 'step.lock'))}, () =>
        runCommand(process.execPath, ['-e', 'console.log(process.pid); setInterval(() => {}, 1000)'], { onOutput: (text) => console.log(text) })))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (text) => (said += String(text)))
  const [printed] = await once(child.stdout, 'data')
  child.kill(signal)
  const [exitCode] = await once(child, 'exit')
  expect(exitCode).toBe(code)
  expect(said).toContain('Interrupted. Run the command again')
  expect(await readdir(folder)).toEqual([])
  await expect.poll(() => isAlive(Number(printed))).toBe(false)
})

test('the exit code of the program that was asked for is ours, also when a signal ends it', async () => {
  expect(await runInTerminal(process.execPath, ['-e', 'process.exit(7)'])).toBe(7)
  expect(
    await runInTerminal(process.execPath, [
      '-e',
      'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)',
    ]),
  ).toBe(143)
})
