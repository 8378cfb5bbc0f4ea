// What ships is declared whole: every wheel is for its platform, and the names in it say its version.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RuntimesFile } from '../../contract/runtimes.ts'

const file = new URL('../../../assets/runtimes.json', import.meta.url)
const declared = RuntimesFile.parse(JSON.parse(readFileSync(file, 'utf8')))

test('there is one build for each device of a platform', () => {
  const places = declared.map(({ platform, device }) => `${platform} ${device}`)
  expect(places).toEqual([...new Set(places)])
  expect(places).toEqual(expect.arrayContaining(['linux-x64 cpu', 'linux-x64 cuda']))
  const versions = declared.map(({ platform, version }) => `${platform} ${version}`)
  expect(new Set(versions).size).toBe(new Set(declared.map(({ platform }) => platform)).size) // they share a binding
})

test.each(declared.flatMap(({ id, wheels }) => wheels.map((wheel) => [id, wheel.project, wheel] as const)))(
  '%s: %s',
  (_, project, { file: name, version, keep, bytes }) => {
    expect(name).toMatch(new RegExp(`^${project.replace(/-/g, '_')}-${version.replace(/\./g, '\\.')}-`))
    expect(name).toMatch(/x86_64\.whl$/)
    expect(bytes).toBeGreaterThan(1e6)
    expect(new Set(keep).size).toBe(keep.length)
    for (const place of keep) expect(place).not.toMatch(/^\/|\.\.|\\/)
  },
)

test('the CUDA build has what its libraries look for beside TensorFlow', () => {
  const cuda = declared.find(({ device }) => device === 'cuda')
  const places = (cuda?.wheels ?? []).flatMap(({ keep }) => keep)
  expect(places).toEqual(
    expect.arrayContaining([
      'tensorflow/libtensorflow_cc.so.2',
      'tensorflow/libtensorflow_framework.so.2',
      'nvidia/cuda_runtime/lib/libcudart.so.12',
      'nvidia/cuda_nvcc/bin/ptxas',
      'nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc',
    ]),
  )
  const total = (cuda?.wheels ?? []).reduce((sum, { bytes }) => sum + bytes, 0)
  expect(cuda?.unpacked_bytes).toBeGreaterThan(total)
})
