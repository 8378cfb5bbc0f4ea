// Every wish on every machine: the build that is used, and the reason that is given.
import { expect, test } from 'vitest'
import type { Device, Nvidia } from '../../contract/runtimes.ts'
import { chooseDevice } from './choose.ts'

const nvidiaOf = (state: Nvidia['state']): Nvidia => ({
  state,
  driver_version: state === 'none' ? null : '570.86.15',
  library: state === 'none' ? null : '/usr/lib/libcuda.so.1',
  gpus: state === 'ready' ? [{ name: 'NVIDIA A100', memory_bytes: null, compute_capability: '8.0' }] : [],
})
const both: Device[] = ['cpu', 'cuda']

test.each([
  ['auto', both, 'ready', 'cuda', 'driver'],
  ['auto', both, 'none', 'cpu', 'no-driver'],
  ['auto', both, 'no-gpu', 'cpu', 'no-driver'],
  ['auto', both, 'no-library', 'cpu', 'no-driver'],
  ['auto', ['cpu'], 'ready', 'cpu', 'driver-without-cuda'],
  ['auto', ['cuda'], 'none', 'cuda', 'cuda-alone'],
  ['auto', [], 'ready', 'cpu', 'nothing'],
  ['cpu', both, 'ready', 'cpu', 'asked-cpu'],
  ['cuda', both, 'ready', 'cuda', 'asked-cuda'],
  ['cuda', both, 'none', 'cuda', 'asked-cuda-without-driver'],
  ['cuda', ['cpu'], 'ready', 'cpu', 'asked-cuda-absent'],
  ['cpu', ['cuda'], 'ready', 'cuda', 'asked-cpu'],
] as const)('%s of %j with NVIDIA %s: %s, %s', (wanted, here, state, device, reason) => {
  const choice = chooseDevice(wanted, new Set(here), new Set(both), nvidiaOf(state))
  expect(choice).toMatchObject({ device, reason })
  expect(choice.message).toMatch(/\.$/)
})

test('the reason names what was found', () => {
  expect(chooseDevice('auto', new Set(both), new Set(both), nvidiaOf('ready')).message).toBe(
    'Runs compute on the card. NVIDIA’s driver 570.86.15 is here, with NVIDIA A100.',
  )
  expect(chooseDevice('cuda', new Set(both), new Set(both), nvidiaOf('none')).message).toBe(
    'The CUDA build is used, as asked for, and computes on the processor. No NVIDIA driver was found.',
  )
})

test('where there is no build for cards, none is promised', () => {
  const only = new Set<Device>(['cpu'])
  for (const wanted of ['auto', 'cuda'] as const)
    expect(chooseDevice(wanted, only, only, nvidiaOf('ready'))).toMatchObject({
      device: 'cpu',
      reason: 'only-cpu',
    })
})
