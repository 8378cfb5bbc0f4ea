// From the files of a checkpoint to weights that TensorFlow holds, every one checked.
import { dispose } from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { startNative } from '../../backends/native.ts'
import { openBundle } from '../../checkpoint/bundle-reader.ts'
import { initialise } from '../../checkpoint/restore.ts'
import { backboneParams } from '../../model/params.ts'
import { AlbertConfig } from '../../spec/albert-config.ts'
import { Runtime } from '../../spec/runtime.ts'
import { paramsFrom } from '../../train/state-tensors.ts'
import type { Measured, Work } from '../work.ts'
import { cpuSeconds, peakMemory } from './process-figures.ts'

/** Seconds of each loading. */
export async function measureCheckpoint({ folder, steps }: Work): Promise<Measured> {
  await startNative(Runtime.parse({}))
  const prefix = path.join(folder, 'model/model.ckpt-best')
  const config = AlbertConfig.parse(JSON.parse(readFileSync(path.join(folder, 'albert_config.json'), 'utf8')))
  const specs = backboneParams(config)
  const values: number[] = []
  const cpu = cpuSeconds()
  for (let pass = 0; pass < steps; pass++) {
    const started = performance.now()
    const { tensors } = await initialise(specs, await openBundle(prefix))
    const params = paramsFrom(tensors, specs, prefix)
    values.push((performance.now() - started) / 1000)
    dispose(params)
  }
  return { values, peak_memory_bytes: peakMemory(), cpu_seconds: cpuSeconds() - cpu }
}
