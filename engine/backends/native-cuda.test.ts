// A CUDA build on a machine without a card, and one that does not load: the processor computes, and both are said. In a process of its own.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { matMul, tensor2d } from '@tensorflow/tfjs-core'
import { expect, onTestFinished, test } from 'vitest'
import { startNative } from './native.ts'

test('the library that does not load gives way to the other one; a CUDA build without a card says so', async () => {
  const real = process.env['ALBERT_TENSORFLOW_DIR'] ?? ''
  const folder = mkdtempSync(path.join(os.tmpdir(), 'albert-native-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const [damaged, cuda] = [path.join(folder, 'damaged'), path.join(folder, 'cuda')]
  mkdirSync(damaged)
  writeFileSync(path.join(damaged, 'tfjs_binding.node'), 'no library')
  mkdirSync(cuda)
  for (const name of readdirSync(real).filter((one) => /\.(?:node|so)\b/.test(one)))
    symlinkSync(path.join(real, name), path.join(cuda, name))
  writeFileSync(path.join(cuda, 'manifest.json'), JSON.stringify({ device: 'cuda' }))

  process.env['ALBERT_TENSORFLOW_DIR'] = damaged
  delete process.env['ALBERT_TENSORFLOW_FALLBACK_DIR']
  await expect(startNative({ backend: 'native', threads: 0 })).rejects.toMatchObject({
    error: { code: 'backend-missing' },
  })
  process.env['ALBERT_TENSORFLOW_FALLBACK_DIR'] = cuda
  process.env['CUDA_VISIBLE_DEVICES'] = '-1' // also where there is a card
  const { device, notice, binding_file } = await startNative({ backend: 'native', threads: 0 })
  expect(device).toBe('CPU')
  expect(binding_file).toBe(path.join(cuda, 'tfjs_binding.node'))
  expect(notice).toMatch(/damaged does not load \(.*tfjs_binding\.node.*\); the one of .*cuda is used\./)
  expect(notice).toMatch(/This is the CUDA build of TensorFlow, and it found no GPU/)
  const square = matMul(tensor2d([1, 2, 3, 4], [2, 2]), tensor2d([1, 2, 3, 4], [2, 2]))
  expect([...square.dataSync()]).toEqual([7, 10, 15, 22])
})
