import { chmod, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { downloadWheel, findPip, missingPip } from './pip.mjs'
import { temporaryFolder, writeProgram } from './testing/temporary-folder.mjs'

const wheel = { name: 'thing', version: '1.0', sha256: '0'.repeat(64), bytes: 100, platform: 'any' }

test('without pip the sentence says what to install', async () => {
  const empty = await temporaryFolder()
  expect(await findPip({ PATH: empty })).toBeUndefined()
  vi.stubEnv('PATH', empty)
  await expect(downloadWheel(wheel, empty, () => {})).rejects.toThrow(missingPip)
  expect(missingPip).toMatch(/Python 3 with pip is missing; install/)
})

test('a Python without pip is passed over for the next program that has it', async () => {
  const bin = await temporaryFolder()
  await writeProgram(bin, 'python3', 'echo "No module named pip" >&2; exit 1')
  const pip3 = await writeProgram(bin, 'pip3', 'echo "pip 24"')
  expect(await findPip({ PATH: bin })).toEqual([pip3])
  await chmod(pip3, 0o644)
  expect(await findPip({ PATH: bin })).toBeUndefined()
})

test('what pip says when it fails is shown, and what it brings is checked', async () => {
  const bin = await temporaryFolder()
  const folder = path.join(bin, 'cache')
  await mkdir(folder)
  vi.stubEnv('PATH', `${bin}:/bin:/usr/bin`)
  await writeProgram(
    bin,
    'python3',
    'case "$*" in *--version*) echo pip;; *) echo "no route to the index" >&2; exit 1;; esac',
  )
  await expect(downloadWheel(wheel, folder, () => {})).rejects.toMatchObject({
    message: expect.stringMatching(/pip could not fetch thing 1\.0; check the network/),
    log: expect.stringContaining('no route to the index'),
  })
  await writeProgram(
    bin,
    'python3',
    'case "$*" in *--version*) echo pip;; *) for to; do :; done; echo garbage > "$to/thing.whl";; esac',
  )
  await expect(downloadWheel(wheel, folder, () => {})).rejects.toThrow(
    /The package thing 1\.0 arrived damaged/,
  )
})
