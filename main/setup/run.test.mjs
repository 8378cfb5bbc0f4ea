import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from './run-command.mjs'
import { temporaryFolder, writeProgram } from './testing/temporary-folder.mjs'

const run = path.resolve('main/setup/run.mjs')

test('a command that does not exist is answered with those that do', async () => {
  const { code, output } = await runCommand(process.execPath, [run, 'nonsense'])
  expect(code).toBe(1)
  expect(output).toMatch(/There is no command "nonsense"; use one of start, /)
})

test.runIf(process.platform === 'linux')(
  'a Node that is too old, where npm is missing or fails, ends in a sentence and not in a wait',
  async () => {
    const folder = await temporaryFolder()
    const bin = path.join(folder, 'bin')
    await mkdir(bin)
    const env = { PATH: bin, ALBERT_CACHE_DIR: path.join(folder, 'cache') }
    const asOld = [
      '--import',
      `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.1.0'})`,
    ]
    const missing = await runCommand(process.execPath, [...asOld, run, 'build'], { env, timeoutMs: 20_000 })
    expect(missing.timedOut).toBe(false)
    expect(missing).toMatchObject({
      code: 1,
      output: expect.stringContaining('npm is missing; install Node.js'),
    })
    await writeProgram(bin, 'npm', 'echo "no such registry" >&2; exit 1')
    const failing = await runCommand(process.execPath, [...asOld, run, 'build'], { env, timeoutMs: 20_000 })
    expect(failing).toMatchObject({
      code: 1,
      output: expect.stringMatching(/no such registry\n\nNode .* could not be fetched from the npm registry/),
    })
  },
)
