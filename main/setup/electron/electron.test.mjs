import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.mjs'
import { describeElectron, prepareElectron } from './electron.mjs'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

test('an Electron that the user chose is used, and missed by the name of the variable', async () => {
  const folder = await temporaryFolder()
  await expect(prepareElectron('/', { ALBERT_ELECTRON: path.join(folder, 'none') })).rejects.toThrow(
    /^ALBERT_ELECTRON leads to/,
  )
  await writeFile(path.join(folder, 'electron'), '')
  await writeFile(path.join(folder, 'version'), '45.0.1')
  const chosen = await prepareElectron('/', { ALBERT_ELECTRON: path.join(folder, 'electron') })
  expect(chosen).toMatchObject({ version: '45.0.1', kind: 'chosen' })
  if (process.platform === 'linux') {
    expect(await prepareElectron('/', { ELECTRON_OVERRIDE_DIST_PATH: folder })).toEqual(chosen)
  }
})

test('the stand-in says that it is one', () => {
  expect(describeElectron({ program: '/e', version: '22.3.25', kind: 'stand-in' })).toMatch(
    /22\.3\.25, a stand-in for tests and last resort/,
  )
})

describe.runIf(process.platform === 'linux')('the official one', () => {
  /** @type {string} */
  let checkout
  /** @type {NodeJS.ProcessEnv} */
  let env
  beforeEach(async () => {
    checkout = await temporaryFolder()
    env = { ALBERT_CACHE_DIR: path.join(checkout, 'cache') }
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    vi.stubEnv('PATH', checkout) // no pip: the stand-in is out of reach
    await mkdir(path.join(checkout, 'node_modules', 'electron'), { recursive: true })
    await writeFile(
      path.join(checkout, 'node_modules', 'electron', 'package.json'),
      '{ "version": "45.4.1" }',
    )
  })

  /** @param {string} script */
  const installer = (script) =>
    writeFile(path.join(checkout, 'node_modules', 'electron', 'install.js'), script)

  test('is fetched by its own installer into the cache, once', async () => {
    await installer("const fs = require('fs'); fs.mkdirSync('dist'); fs.writeFileSync('dist/electron', 'x')")
    const found = await prepareElectron(checkout, env)
    expect(found).toMatchObject({ version: '45.4.1', kind: 'official' })
    expect(await readFile(found.program, 'utf8')).toBe('x')
    await chmod(found.program, 0o755)
    await installer('process.exit(1)')
    expect(await prepareElectron(checkout, env)).toEqual(found)
  })

  test('is asked for once a day where its host is not reached, and at once when another mirror is named', async () => {
    await installer(
      "require('fs').appendFileSync(process.env.ALBERT_TEST_CALLS, 'called '); console.error('Error: no such host'); process.exit(1)",
    )
    const calls = path.join(checkout, 'calls')
    vi.stubEnv('ALBERT_TEST_CALLS', calls)
    const noPip = /Python 3 with pip is missing/
    await expect(prepareElectron(checkout, env)).rejects.toThrow(noPip)
    await expect(prepareElectron(checkout, env)).rejects.toThrow(noPip)
    expect(await readFile(calls, 'utf8')).toBe('called ')
    await expect(prepareElectron(checkout, { ...env, ELECTRON_MIRROR: 'elsewhere' })).rejects.toThrow(noPip)
    expect(await readFile(calls, 'utf8')).toBe('called called ')
  })
})
