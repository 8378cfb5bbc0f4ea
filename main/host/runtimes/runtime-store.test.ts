// Runtimes made of small wheels on a server of this machine: fetched, gone on with, refused, put together, chosen, used and deleted.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { DownloadSettings } from '../../contract/download-settings.ts'
import type {
  Device,
  Nvidia,
  RuntimeDeclaration,
  RuntimesFile,
  WantedDevice,
} from '../../contract/runtimes.ts'
import { HostFailure } from '../../contract/errors.ts'
import type { z } from 'zod'
import { createLocate } from '../downloads/package-index.ts'
import { archiveOf, sha256, startDownloads } from '../downloads/testing/downloads-fixture.ts'
import {
  answers,
  inTurn,
  serves,
  startServer,
  type Behaviour,
} from '../downloads/testing/misbehaving-server.ts'
import { zipOf, type ZippedEntry } from '../testing/zip-of.ts'
import type { EngineProcess } from '../engine/engine-process.ts'
import { temporaryFolder, until } from '../testing/host-fixture.ts'
import { bytesBelow } from '../storage/folder-bytes.ts'
import { createRuntimeStore } from './runtime-store.ts'

vi.mock(import('../storage/folder-bytes.ts'), async (load) => ({
  bytesBelow: vi.fn((await load()).bytesBelow),
}))

const NO_CARD: Nvidia = { state: 'none', driver_version: null, library: null, gpus: [] }
const CARD: Nvidia = { ...NO_CARD, state: 'ready', driver_version: '570.86.15', gpus: [] }
const PLATFORM = 'linux-x64'

const TENSORFLOW: ZippedEntry[] = [
  { name: 'tensorflow/libtensorflow_cc.so.2', content: archiveOf(200_000, 'cc') },
  { name: 'tensorflow/libtensorflow_framework.so.2', content: 'framework' },
  { name: 'tensorflow/python/a.py', content: 'print()' },
]
const CUDA: ZippedEntry[] = [
  { name: 'nvidia/cublas/lib/libcublas.so.12', content: archiveOf(150_000, 'cublas') },
  { name: 'nvidia/cublas/include/cublas.h', content: '#pragma once' },
  { name: 'nvidia/cuda_nvcc/bin/ptxas', content: 'ptxas' },
]
const KEPT = {
  'tiny-tensor': ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'],
  'tiny-cuda': ['nvidia/*/lib/*.so.*', 'nvidia/cuda_nvcc/bin/ptxas'],
}

/** A server with an index, two wheels on it, and a store with downloads that asks it. */
async function world({
  tensorflow = TENSORFLOW,
  cuda = CUDA,
  serving = (content) => serves(content),
  hash = sha256,
  version = '2.21.0',
}: {
  tensorflow?: ZippedEntry[]
  cuda?: ZippedEntry[]
  serving?: (content: Buffer, project: string) => Behaviour
  hash?: (content: Buffer) => string
  /** Of the binding that the program brought; null: it brought none. */
  version?: string | null
} = {}) {
  const server = await startServer()
  const contents = { 'tiny-tensor': zipOf(tensorflow), 'tiny-cuda': zipOf(cuda) }
  const wheels = (['tiny-tensor', 'tiny-cuda'] as const).map((project) => {
    const file = `${project.replace('-', '_')}-1.0-py3-none-any.whl`
    const content = contents[project]
    const url = server.at(`/files/${file}`, serving(content, project))
    server.at(
      `/simple/${project}/`,
      answers(
        200,
        { 'content-type': 'application/json' },
        JSON.stringify({ files: [{ filename: file, url }] }),
      ),
    )
    return {
      project,
      version: '1.0',
      file,
      bytes: content.length,
      sha256: hash(content),
      keep: KEPT[project],
    }
  })
  const declaration: RuntimeDeclaration = {
    id: 'tiny-cuda',
    device: 'cuda',
    platform: PLATFORM,
    version: '2.21.0',
    licences: ['Apache-2.0'],
    unpacked_bytes: 400_000,
    wheels,
  }
  const data_dir = temporaryFolder()
  const folder = path.join(data_dir, 'runtimes')
  mkdirSync(folder)
  const program_dir = version === null ? null : programFolder(version)
  const state = { nvidia: NO_CARD, wanted: 'auto' as WantedDevice, isRunning: false, told: 0 }
  const runtimes = createRuntimeStore({
    declared: [declaration] satisfies z.infer<typeof RuntimesFile>,
    folder,
    program_dir,
    wanted: () => state.wanted,
    isRunning: () => state.isRunning,
    findNvidia: async () => state.nvidia,
    notify: (name) => {
      if (name === 'runtimes.changed') state.told += 1
    },
    log: () => undefined,
    platform: PLATFORM,
  })
  const settings = DownloadSettings.parse({ package_index: `${server.origin}/simple` })
  const downloads = () =>
    startDownloads(
      {},
      {
        data_dir,
        locate: createLocate(() => settings),
        planOf: ({ item_id }) => runtimes.planOf(item_id),
        install: runtimes.install,
      },
    )
  const item = { kind: 'runtime', item_id: 'tiny-cuda' } as const
  const fetched = async () => {
    const { manager, ended } = downloads()
    return ended(manager.start(item).id)
  }
  const stateOf = async (): Promise<Record<string, string>> =>
    Object.fromEntries((await runtimes.report()).runtimes.map((one) => [one.id, one.state]))
  return { server, runtimes, state, folder, data_dir, program_dir, downloads, item, fetched, stateOf }
}

function programFolder(version: string, device: Device = 'cpu'): string {
  const folder = temporaryFolder()
  writeFileSync(path.join(folder, 'tfjs_binding.node'), 'binding')
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ version, source: 'pypi', device }))
  return folder
}

const refusal = async (failing: Promise<unknown>): Promise<string> => {
  const error = await failing.then(
    () => null,
    (cause: unknown) => cause,
  )
  return error instanceof HostFailure ? error.error.message : String(error)
}

test('wheels become a runtime, laid out as in a Python environment, with the binding beside TensorFlow', async () => {
  const { fetched, folder, runtimes, data_dir, state, server } = await world()
  expect(await runtimes.report()).toMatchObject({
    runtimes: [
      { id: 'program', state: 'installed', in_use: true },
      { id: 'tiny-cuda', state: 'absent', origin: null },
    ],
  })
  const end = await fetched()
  expect(end).toMatchObject({
    status: 'done',
    name: 'TensorFlow 2.21.0 (CUDA)',
    result: { made: 'runtime', runtime_id: 'tiny-cuda' },
    files: [{ url: 'pkg:pypi/tiny-tensor@1.0', verified_by: 'catalogue' }, { verified_by: 'catalogue' }],
  })
  const made = path.join(folder, 'tiny-cuda')
  expect(readFileSync(path.join(made, 'tensorflow/libtensorflow_framework.so.2'), 'utf8')).toBe('framework')
  expect(readFileSync(path.join(made, 'tensorflow/tfjs_binding.node'), 'utf8')).toBe('binding')
  expect(existsSync(path.join(made, 'nvidia/cublas/lib/libcublas.so.12'))).toBe(true)
  expect(existsSync(path.join(made, 'nvidia/cublas/include'))).toBe(false)
  expect(statSync(path.join(made, 'nvidia/cuda_nvcc/bin/ptxas')).mode & 0o111).not.toBe(0)
  const left = () => readdirSync(path.join(data_dir, 'downloads')).length
  await until(() => left() === 0 || undefined) // the wheels are not kept
  expect(readdirSync(folder)).toEqual(['tiny-cuda'])
  await until(() => state.told === 1 || undefined)
  expect(server.asked.filter(({ path }) => path.startsWith('/files/'))).toHaveLength(2)
})

test('a program that ends in the middle: the next one goes on from what is here', async () => {
  const { downloads, item, server, stateOf, data_dir } = await world({
    serving: (content, project) =>
      project === 'tiny-tensor'
        ? inTurn(serves(content, { stallAfter: 90_000 }), serves(content))
        : serves(content),
  })
  const first = downloads()
  const { id, files } = first.manager.start(item)
  const part = path.join(data_dir, 'downloads', id, `${files[0]?.name ?? ''}.part`)
  await until(() => (statSync(part, { throwIfNoEntry: false })?.size ?? 0) >= 45_000 || undefined)
  await first.manager.close()

  const second = downloads()
  second.manager.wake()
  expect(await second.ended(id)).toMatchObject({ status: 'done' })
  const asked = server.asked.filter(({ path }) => path.startsWith('/files/tiny_tensor'))
  expect(asked.map(({ from }) => from)).toEqual([0, expect.any(Number)])
  expect(asked[1]?.from).toBeGreaterThanOrEqual(45_000)
  expect(await stateOf()).toEqual({ program: 'installed', 'tiny-cuda': 'installed' })
})

test('a wheel with another hash is refused, three times at most, and nothing is put together', async () => {
  const { fetched, folder, stateOf, server } = await world({ hash: () => 'f'.repeat(64) })
  const end = await fetched()
  expect(end).toMatchObject({ status: 'failed', fault: { code: 'wrong-hash' } })
  expect(server.asked.filter(({ path }) => path.startsWith('/files/'))).toHaveLength(3)
  expect(readdirSync(folder)).toEqual([])
  expect(await stateOf()).toMatchObject({ 'tiny-cuda': 'absent' })
})

test.each([
  ['a name that leads out of the folder', { name: '../libevil.so.1' }, /invalid relative path/],
  ['an absolute name', { name: '/etc/libevil.so.1' }, /absolute path/],
  ['a library twice', { name: 'nvidia/cublas/lib/libCUBLAS.so.12' }, /twice/],
  [
    'more than was declared',
    { name: 'nvidia/cublas/lib/libbig.so.1', content: Buffer.alloc(500_000) },
    /unpacks to more than/,
  ],
])('a wheel with %s is refused as a whole', async (_, entry, words) => {
  const { fetched, folder } = await world({ cuda: [...CUDA, entry] })
  const end = await fetched()
  expect(end).toMatchObject({ status: 'failed', fault: { code: 'archive' } })
  expect(end.fault?.message).toMatch(words)
  expect(readdirSync(folder)).toEqual([])
})

test('a link is no library: the wheel lacks it then', async () => {
  const link = { name: 'nvidia/cublas/lib/libcublas.so.12', content: '/etc/passwd', mode: 0o120777 }
  const { fetched, folder } = await world({ cuda: [link, ...CUDA.slice(1)] })
  const end = await fetched()
  expect(end.fault?.message).toMatch(/tiny-cuda lacks nvidia\/\*\/lib\/\*\.so\.\*/)
  expect(readdirSync(folder)).toEqual([])
})

test.each([
  ['none', null],
  ['one of another version', '2.9.1'],
])(
  'without a binding of its version (%s) it says what to do, and what was fetched stays',
  async (_, version) => {
    const { fetched, folder, data_dir } = await world({ version })
    const end = await fetched()
    expect(end).toMatchObject({ status: 'failed', fault: { code: 'archive' } })
    expect(end.fault?.message).toMatch(/No binding for TensorFlow 2\.21\.0 is here.*npm start/)
    expect(readdirSync(folder)).toEqual([])
    expect(readdirSync(path.join(data_dir, 'downloads', end.id))).toHaveLength(2)
  },
)

test('the engine gets the library, its CUDA libraries and the other build to fall back on', async () => {
  const { fetched, folder, runtimes, state, program_dir } = await world()
  await fetched()
  const library = path.join(folder, 'tiny-cuda', 'tensorflow')
  expect(await runtimes.next()).toEqual({ env: { ALBERT_TENSORFLOW_DIR: program_dir }, notice: null })

  state.nvidia = CARD
  expect((await runtimes.report()).chosen).toMatchObject({ runtime_id: 'tiny-cuda', reason: 'driver' })
  const { env } = await runtimes.next()
  expect(env).toMatchObject({
    ALBERT_TENSORFLOW_DIR: library,
    ALBERT_TENSORFLOW_FALLBACK_DIR: program_dir,
  })
  expect(env['LD_LIBRARY_PATH']?.split(path.delimiter)[0]).toBe(
    path.join(folder, 'tiny-cuda/nvidia/cublas/lib'),
  )
  expect(env['PATH']?.split(path.delimiter)[0]).toBe(path.join(folder, 'tiny-cuda/nvidia/cuda_nvcc/bin'))

  state.nvidia = NO_CARD
  state.wanted = 'cuda'
  await runtimes.report()
  const forced = await runtimes.next()
  expect(forced.env).toMatchObject({ ALBERT_TENSORFLOW_DIR: library })
  expect(forced.notice).toMatch(/as asked for, and computes on the processor\. No NVIDIA driver was found\./)
})

test('where the card is asked for and the build is not here, runs say that they compute on the processor', async () => {
  const { runtimes, state, program_dir } = await world()
  state.wanted = 'cuda'
  expect(await runtimes.next()).toMatchObject({
    env: { ALBERT_TENSORFLOW_DIR: program_dir },
    notice: expect.stringContaining('the CUDA build is not here') as string,
  })
})

test('the bytes of a build are added up where a person looks, and not for every process', async () => {
  const { runtimes, program_dir } = await world()
  const added = vi.mocked(bytesBelow).mockClear()
  const bytes = async () => (await runtimes.report()).runtimes[0]?.unpacked_bytes ?? NaN
  const before = await bytes()
  for (let at = 0; at < 3; at++) await runtimes.next()
  expect(added).toHaveBeenCalledTimes(1)
  writeFileSync(path.join(program_dir ?? '', 'more'), 'seven b')
  expect(await bytes()).toBe(before + 7)
})

test('a build that lost a file is not used, and can be fetched again', async () => {
  const { fetched, folder, runtimes, state, stateOf } = await world()
  state.nvidia = CARD
  await fetched()
  writeFileSync(path.join(folder, 'tiny-cuda/nvidia/cublas/lib/libcublas.so.12'), 'cut')
  expect(await stateOf()).toEqual({ program: 'installed', 'tiny-cuda': 'damaged' })
  expect((await runtimes.report()).chosen).toMatchObject({ runtime_id: 'program', device: 'cpu' })
  expect(await fetched()).toMatchObject({ status: 'done' })
  expect(await stateOf()).toEqual({ program: 'installed', 'tiny-cuda': 'installed' })
})

test('what is used is not deleted; what is not gives its space back', async () => {
  const { fetched, folder, runtimes, state } = await world()
  await fetched()
  expect(await refusal(runtimes.remove('program'))).toMatch(/not fetched by this program/)
  expect(await refusal(runtimes.remove('nothing'))).toMatch(
    /no runtime for this machine; there are tiny-cuda/,
  )

  state.nvidia = CARD
  await runtimes.report()
  state.isRunning = true
  expect(await refusal(runtimes.remove('tiny-cuda'))).toMatch(
    /A run is under way, which may compute with TensorFlow 2\.21\.0 \(CUDA\)/,
  )
  state.isRunning = false
  const { engine, end } = standInProcess()
  await runtimes.report()
  const watched = runtimes.watched(() => engine)((await runtimes.next()).env)
  watched.onExit(() => undefined)
  expect((await runtimes.report()).runtimes[1]).toMatchObject({ processes: 1 })
  expect(await refusal(runtimes.remove('tiny-cuda'))).toMatch(/A run is under way/)
  end()
  expect((await runtimes.report()).runtimes[1]).toMatchObject({ processes: 0 })

  const { freed_bytes } = await runtimes.remove('tiny-cuda')
  expect(freed_bytes).toBeGreaterThan(350_000)
  expect(readdirSync(folder)).toEqual([])
  expect(await refusal(runtimes.envOf('tiny-cuda'))).toMatch(/is not here; fetch it first/)
})

test('what was left in the making is removed, and nothing else', async () => {
  const { folder, runtimes, fetched } = await world()
  await fetched()
  mkdirSync(path.join(folder, '.partial-tiny-cuda/tensorflow'), { recursive: true })
  await runtimes.tidy()
  expect(readdirSync(folder)).toEqual(['tiny-cuda'])
})

test('a library of the program that is gone is said to be damaged, and runs fail with their own reason', async () => {
  const { runtimes, program_dir, stateOf } = await world()
  rmSync(path.join(program_dir ?? '', 'tfjs_binding.node'))
  expect(await stateOf()).toMatchObject({ program: 'damaged' })
  expect((await runtimes.report()).chosen).toMatchObject({ runtime_id: null, reason: 'nothing' })
  expect((await runtimes.next()).env).toEqual({ ALBERT_TENSORFLOW_DIR: program_dir })
})

function standInProcess(): { engine: EngineProcess; end: () => void } {
  const listeners: ((code: number | null, signal: string | null) => void)[] = []
  const engine: EngineProcess = {
    pid: 1,
    send: () => undefined,
    onMessage: () => undefined,
    onOutput: () => undefined,
    onExit: (listener) => void listeners.push(listener),
    kill: () => undefined,
  }
  return { engine, end: () => listeners.forEach((listener) => listener(0, null)) }
}
