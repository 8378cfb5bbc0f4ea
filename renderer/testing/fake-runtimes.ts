// The runtimes that ship with the catalogue, on a machine with a card and without the CUDA build: for the host in memory.
import { RuntimesFile, type EngineRuntime, type RuntimeReport } from '../../main/contract/runtimes.ts'
import declared from '../../assets/runtimes.json'

const runtimes = RuntimesFile.parse(declared).map(
  ({ id, device, version, licences, unpacked_bytes, wheels }): EngineRuntime => ({
    ...{ id, device, version, licences, unpacked_bytes },
    packed_bytes: wheels.reduce((sum, { bytes }) => sum + bytes, 0),
    state: device === 'cpu' ? 'installed' : 'absent',
    origin: device === 'cpu' ? 'program' : null,
    folder: device === 'cpu' ? `/home/ada/.cache/albert-workbench/${id}` : null,
    in_use: device === 'cpu',
    processes: 0,
  }),
)

export const fakeRuntimes: RuntimeReport = {
  runtimes,
  nvidia: {
    state: 'ready',
    driver_version: '570.86.15',
    library: '/usr/lib/x86_64-linux-gnu/libcuda.so.1',
    gpus: [{ name: 'NVIDIA GeForce RTX 3090', memory_bytes: 24 * 2 ** 30, compute_capability: '8.6' }],
  },
  chosen: {
    runtime_id: 'tensorflow-cpu-2.21.0',
    device: 'cpu',
    reason: 'driver-without-cuda',
    message:
      'Runs compute on the processor, for the CUDA build is not here; fetch it to use the card. NVIDIA’s driver 570.86.15 is here, with NVIDIA GeForce RTX 3090.',
  },
}

/** The same machine when the CUDA build has been fetched. */
export const fakeRuntimesWithCuda: RuntimeReport = {
  ...fakeRuntimes,
  runtimes: runtimes.map((runtime) => ({
    ...runtime,
    state: 'installed',
    origin: runtime.origin ?? 'fetched',
    in_use: runtime.device === 'cuda',
  })),
  chosen: {
    runtime_id: 'tensorflow-cuda-2.21.0',
    device: 'cuda',
    reason: 'driver',
    message: 'Runs compute on the card.',
  },
}
