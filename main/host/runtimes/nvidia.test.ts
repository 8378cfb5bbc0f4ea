// Machines with and without a driver, its library and a card, made of files: each is told apart.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/host-fixture.ts'
import { findNvidia, nvidiaSentence } from './nvidia.ts'

const VERSION =
  'NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.15  Thu Jan 23 00:00:00 UTC 2025\nGCC version:  gcc 12.2.0\n'
const LIBRARY = 'usr/lib/x86_64-linux-gnu/libcuda.so.1'

function machine(files: Record<string, string>): string {
  const root = temporaryFolder()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
    writeFileSync(path.join(root, name), content)
  }
  return root
}

const smiOf = (answers: { driver?: string; gpus?: string }) => async (args: readonly string[]) =>
  (args[0]?.includes('driver_version') === true ? answers.driver : answers.gpus) ?? null
const noSmi = smiOf({})

test('a machine without a driver', async () => {
  const found = await findNvidia({ root: machine({}), env: {}, smi: noSmi })
  expect(found).toEqual({ state: 'none', driver_version: null, library: null, gpus: [] })
  expect(nvidiaSentence(found)).toBe('No NVIDIA driver was found.')
})

test('a container that was not given the card', async () => {
  const root = machine({ 'proc/driver/nvidia/version': VERSION })
  const found = await findNvidia({ root, env: {}, smi: noSmi })
  expect(found).toMatchObject({ state: 'no-library', driver_version: '570.86.15', library: null })
  expect(nvidiaSentence(found)).toMatch(/570\.86\.15 is here, and its library libcuda\.so\.1 is not/)
})

test('a driver with its library and no card', async () => {
  const root = machine({ 'proc/driver/nvidia/version': VERSION, [LIBRARY]: '' })
  const found = await findNvidia({ root, env: {}, smi: smiOf({ gpus: 'No devices were found\n' }) })
  expect(found).toMatchObject({ state: 'no-gpu', library: path.join(root, LIBRARY), gpus: [] })
  expect(nvidiaSentence(found)).toMatch(/no card that it can use/)
})

test('the library alone, as an image of CUDA leaves it', async () => {
  const root = machine({ 'usr/local/cuda/compat/libcuda.so.1': '' })
  expect(await findNvidia({ root, env: {}, smi: noSmi })).toMatchObject({
    state: 'no-gpu',
    driver_version: null,
  })
})

test('a card, with what its tool says of it', async () => {
  const root = machine({ 'proc/driver/nvidia/version': VERSION, [LIBRARY]: '' })
  const gpus = 'NVIDIA H200, 143771, 9.0\nTesla V100-SXM2-16GB, 16384, 7.0\n'
  const found = await findNvidia({ root, env: {}, smi: smiOf({ gpus }) })
  expect(found.state).toBe('ready')
  expect(found.gpus).toEqual([
    { name: 'NVIDIA H200', memory_bytes: 143_771 * 2 ** 20, compute_capability: '9.0' },
    { name: 'Tesla V100-SXM2-16GB', memory_bytes: 16_384 * 2 ** 20, compute_capability: '7.0' },
  ])
  expect(nvidiaSentence(found)).toBe(
    'NVIDIA’s driver 570.86.15 is here, with NVIDIA H200, Tesla V100-SXM2-16GB.',
  )
})

test('a card whose tool is absent, by the files of the driver', async () => {
  const root = machine({
    'proc/driver/nvidia/version': VERSION,
    'proc/driver/nvidia/gpus/0000:01:00.0/information': 'Model: \t\t NVIDIA GeForce RTX 3090\nIRQ:   130\n',
    [LIBRARY]: '',
  })
  const found = await findNvidia({ root, env: {}, smi: noSmi })
  expect(found).toMatchObject({ state: 'ready', gpus: [{ name: 'NVIDIA GeForce RTX 3090' }] })
})

test('the Linux of Windows has a library, and says nothing in files', async () => {
  const root = machine({ 'usr/lib/wsl/lib/libcuda.so.1': '' })
  const smi = smiOf({ driver: '572.16\n', gpus: 'NVIDIA GeForce RTX 4070, 12282, 8.9\n' })
  expect(await findNvidia({ root, env: {}, smi })).toMatchObject({
    state: 'ready',
    driver_version: '572.16',
    gpus: [{ compute_capability: '8.9' }],
  })
  expect((await findNvidia({ root, env: {}, smi: noSmi })).state).toBe('ready')
})

test('folders that the loader was told, and those of the environment', async () => {
  const configured = machine({
    'etc/ld.so.conf.d/nvidia.conf': '# a word\n/opt/nvidia/lib\n',
    'opt/nvidia/lib/libcuda.so.1': '',
  })
  const found = await findNvidia({ root: configured, env: {}, smi: noSmi })
  expect(found.library).toBe(path.join(configured, 'opt/nvidia/lib/libcuda.so.1'))
  const root = machine({ 'own/libcuda.so.1': '' })
  const own = await findNvidia({ root, env: { LD_LIBRARY_PATH: 'relative:/own' }, smi: noSmi })
  expect(own.library).toBe(path.join(root, 'own/libcuda.so.1'))
})
