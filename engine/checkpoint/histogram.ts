// One variable of a checkpoint in, how its values are spread out.
import type { Histogram } from '../spec/model-report.ts'
import { openBundle, readTensor } from './bundle-reader.ts'

/** @throws EngineFailure 'bad-checkpoint' */
export async function histogramOf(prefix: string, variable: string, bins: number): Promise<Histogram> {
  const { data } = await readTensor(await openBundle(prefix), variable)
  let least = Infinity
  let most = -Infinity
  let sum = 0
  let squares = 0
  for (const each of data) {
    const value = Number(each)
    if (value < least) least = value
    if (value > most) most = value
    sum += value
    squares += value * value
  }
  const counts = Array.from({ length: bins }, () => 0)
  if (data.length === 0) return { least: 0, most: 0, mean: 0, stddev: 0, counts }
  const width = (most - least) / bins
  for (const each of data) {
    const bin = width > 0 ? Math.min(bins - 1, Math.floor((Number(each) - least) / width)) : 0
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  const mean = sum / data.length
  return { least, most, mean, stddev: Math.sqrt(Math.max(0, squares / data.length - mean * mean)), counts }
}
