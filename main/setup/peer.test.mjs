import { mkdir, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { findPeer, missingPeer, preparePeer } from './peer.mjs'
import { temporaryFolder, writeProgram } from './testing/temporary-folder.mjs'

/** A Python that makes environments of shell scripts; `pip` is what their pip does. */
const python = (/** @type {string} */ pip) => `
case "$*" in
  "-m venv "*) mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
  "-m pip install"*) ${pip} ;;
  "-c import "*) exit 0 ;;
esac`

async function machine(/** @type {string} */ pip) {
  const folder = await temporaryFolder()
  const bin = path.join(folder, 'bin')
  await mkdir(bin)
  await writeProgram(bin, 'python3', python(pip))
  return { folder, env: { PATH: `${bin}:/bin:/usr/bin`, ALBERT_CACHE_DIR: path.join(folder, 'cache') } }
}

test('nothing is found where nothing was set up, and the sentence says how to set it up', async () => {
  const folder = await temporaryFolder()
  expect(await findPeer({ ALBERT_CACHE_DIR: folder })).toBeUndefined()
  expect(missingPeer).toMatch(/npm run bench -- --set-up-peer/)
})

test('a Python that is named is taken; one that is no file is refused', async () => {
  const folder = await temporaryFolder()
  const given = await writeProgram(folder, 'python', '')
  expect(await findPeer({ ALBERT_PEER_PYTHON: given })).toBe(given)
  await expect(findPeer({ ALBERT_PEER_PYTHON: `${given}-not` })).rejects.toThrow(/which is no file/)
})

test.runIf(process.platform === 'linux')(
  'it is set up once, with pinned versions, and found again',
  async () => {
    const { folder, env } = await machine('echo "$@" >> "${0%/*}/../../../pip.log"')
    const made = await preparePeer(env)
    expect(await preparePeer(env)).toBe(made)
    expect(await findPeer(env)).toBe(made)
    const asked = (await readFile(path.join(folder, 'pip.log'), 'utf8')).trim().split('\n')
    expect(asked.length).toBe(1)
    expect(asked[0]).toMatch(/torch==\d+\.\d+\.\d+ transformers==\d/)
  },
)

test.runIf(process.platform === 'linux')(
  'where pip fails, its words are shown and nothing is left',
  async () => {
    const { folder, env } = await machine('echo "no route to the index" >&2; exit 1')
    await expect(preparePeer(env)).rejects.toMatchObject({
      message: expect.stringMatching(/pip could not install the peers; check the network/),
      log: expect.stringContaining('no route to the index'),
    })
    expect(await readdir(path.join(folder, 'cache'))).toEqual([])
    expect(await findPeer(env)).toBeUndefined()
  },
)
