import { access, readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { findChromium, missingForWindow, prepareForTests } from './system-libraries.mjs'
import { temporaryFolder, writeProgram } from './testing/temporary-folder.mjs'

const debian = await access('/etc/debian_version').then(
  () => true,
  () => false,
)

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe.runIf(debian)('on Debian', () => {
  /**
   * @param {string} installed what dpkg-query answers
   * @param {string} [apt] what apt-get does
   */
  async function machine(installed, apt = 'exit 0') {
    const bin = await temporaryFolder()
    const calls = path.join(bin, 'calls')
    await writeProgram(bin, 'dpkg-query', `printf '${installed}'`)
    await writeProgram(bin, 'dpkg', 'exit 0')
    await writeProgram(bin, 'apt-cache', 'printf "xvfb\\nlibasound2t64\\nlibgtk-3-0\\nchromium\\n"')
    await writeProgram(bin, 'apt-get', `echo "$@" >> ${calls}; ${apt}`)
    await writeProgram(
      bin,
      'ldd',
      'printf "\\tlibfound.so => /lib/libfound.so\\n\\tlibgtk-3.so.0 => not found\\n"',
    )
    vi.stubEnv('PATH', bin)
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    vi.stubEnv('ALBERT_CHROMIUM', '/opt/chrome')
    return { calls: () => readFile(calls, 'utf8') }
  }
  const all =
    'libnss3 libatk-bridge2.0-0t64 libcups2 libgtk-3-0 libgbm1 libasound2 libxss1 libxtst6 xvfb fonts-noto-cjk'
  const answer = (/** @type {string[]} */ names) =>
    names.map((name) => `${name} install ok installed\\n`).join('')

  test('nothing is done where nothing is missing, under old and new names', async () => {
    await machine(answer(all.split(' ')))
    await prepareForTests()
  })

  test('a person without root gets the exact line, with the names of this release', async () => {
    await machine(
      answer([
        'libnss3',
        'libcups2',
        'libgbm1',
        'libxss1',
        'libxtst6',
        'fonts-noto-cjk',
        'libatk-bridge2.0-0',
      ]),
    )
    vi.spyOn(process, 'getuid').mockReturnValue(1000)
    await expect(prepareForTests()).rejects.toThrow(
      'install them with: sudo apt-get update && sudo apt-get install --no-install-recommends libgtk-3-0 libasound2t64 xvfb',
    )
  })

  test('root has them installed', async () => {
    const { calls } = await machine(answer(all.split(' ').filter((name) => name !== 'xvfb')))
    vi.spyOn(process, 'getuid').mockReturnValue(0)
    await prepareForTests()
    expect(await calls()).toMatch(/update\n.*install -y --no-install-recommends xvfb\n$/)
  })

  test('what apt-get says when it cannot is shown, with the line', async () => {
    await machine('', 'echo "Unable to fetch" >&2; exit 100')
    vi.spyOn(process, 'getuid').mockReturnValue(0)
    await expect(prepareForTests()).rejects.toMatchObject({
      message: expect.stringContaining('the line is: sudo apt-get update'),
      log: expect.stringContaining('Unable to fetch'),
    })
  })

  test('a window that lacks libraries gets the line as well', async () => {
    await machine(answer(all.split(' ').filter((name) => name !== 'libgtk-3-0')))
    expect(await missingForWindow('/opt/electron')).toMatch(
      /apt-get install --no-install-recommends libgtk-3-0$/,
    )
  })
})

test('Chrome or Chromium is the one that the user names, or one on PATH', async () => {
  const bin = await temporaryFolder()
  expect(findChromium({ PATH: bin })).toBeUndefined()
  const chrome = await writeProgram(bin, 'google-chrome', '')
  expect(findChromium({ PATH: bin })).toBe(chrome)
  expect(findChromium({ PATH: bin, ALBERT_CHROMIUM: '/x' })).toBe('/x')
})
