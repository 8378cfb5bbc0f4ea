import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { prepareTensorFlow, processorWheel } from './tensorflow.mjs'
import { temporaryFolder, writeProgram } from './testing/temporary-folder.mjs'

test('a folder that the user names is used as it is, and refused where it holds no binding', async () => {
  const folder = await temporaryFolder()
  await expect(prepareTensorFlow(folder, { ALBERT_TENSORFLOW_DIR: folder })).rejects.toThrow(
    /holds no tfjs_binding\.node; unset it/,
  )
  await writeFile(path.join(folder, 'tfjs_binding.node'), '')
  expect(await prepareTensorFlow(folder, { ALBERT_TENSORFLOW_DIR: folder })).toBe(folder)
})

test('the wheel is the one that the program declares, asked for by the version of Python in its name', async () => {
  expect(await processorWheel('linux-x64')).toEqual({
    name: 'tensorflow-cpu',
    version: '2.21.0',
    bytes: 273_829_956,
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    python: '3.11',
    platform: 'manylinux_2_27_x86_64',
  })
  expect(await processorWheel('sunos-sparc')).toBeUndefined()
})

test('a choice that does not exist is named', async () => {
  await expect(prepareTensorFlow('.', { ALBERT_TENSORFLOW: 'cuda' })).rejects.toThrow(
    /ALBERT_TENSORFLOW is "cuda"; it can be/,
  )
})

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('what the compiled way needs', () => {
  /** A checkout with the binding's sources and nothing else, a cache of its own, and a PATH of its own. */
  async function machine() {
    const checkout = await temporaryFolder()
    const sources = path.join(checkout, 'node_modules', '@tensorflow', 'tfjs-node-gpu', 'binding')
    await mkdir(sources, { recursive: true })
    await writeFile(path.join(sources, 'tfjs_binding.cc'), '')
    const bin = path.join(checkout, 'bin')
    await mkdir(bin)
    return {
      checkout,
      bin,
      env: { PATH: bin, ALBERT_CACHE_DIR: path.join(checkout, 'cache'), ALBERT_TENSORFLOW: 'pypi' },
    }
  }

  test('the packages', async () => {
    const { env } = await machine()
    await expect(prepareTensorFlow('/nowhere', env)).rejects.toThrow(
      /tfjs-node-gpu is not installed; run npm ci/,
    )
  })

  test('a compiler', async () => {
    const { checkout, env } = await machine()
    await expect(prepareTensorFlow(checkout, env)).rejects.toThrow(
      /A C\+\+ compiler is missing.*apt-get install g\+\+/,
    )
  })

  test('pip', async () => {
    const { checkout, bin, env } = await machine()
    await writeProgram(bin, 'g++', 'exit 0')
    await expect(prepareTensorFlow(checkout, env)).rejects.toThrow(/Python 3 with pip is missing/)
    expect(await readdir(env.ALBERT_CACHE_DIR)).toEqual([])
  })
})
