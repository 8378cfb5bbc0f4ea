// The machine that a figure belongs to: processor, cores, memory, what it multiplies fast, and the versions of what was measured.
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { spawnSync } from 'node:child_process'

export type Machine = {
  processor: string
  cores: number
  memory_gb: number
  /** Which of the instructions for matrix products it has. */
  flags: string[]
  /** Waiting programs when the measurements began: far above 0, the figures are worth little. */
  load: number
  tensorflow: string
  node: string
  commit: string
}

const MATRIX_FLAGS = [
  'avx2',
  'avx512f',
  'avx512_vnni',
  'avx512_bf16',
  'amx_tile',
  'amx_bf16',
  'amx_int8',
  'asimd',
  'bf16',
]

export async function describeMachine(checkout: string): Promise<Machine> {
  const cpus = os.cpus()
  return {
    processor: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memory_gb: Math.round(os.totalmem() / 2 ** 30),
    flags: processorFlags(),
    load: Math.round((os.loadavg()[0] ?? 0) * 10) / 10,
    tensorflow: await tensorflowVersion(),
    node: process.versions.node,
    commit: spawnSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: checkout,
      encoding: 'utf8',
    }).stdout.trim(),
  }
}

export function machineLine({ processor, cores, memory_gb, flags, tensorflow, node, load }: Machine): string {
  return `${processor}, ${cores} cores, ${memory_gb} GB, ${flags.join(' ')}; TensorFlow ${tensorflow}, Node ${node}; load ${load} at the start`
}

function processorFlags(): string[] {
  try {
    const found = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' ')
    return MATRIX_FLAGS.filter((flag) => found?.includes(flag))
  } catch {
    return [] // no such file on this system
  }
}

async function tensorflowVersion(): Promise<string> {
  const folder = process.env['ALBERT_TENSORFLOW_DIR'] ?? ''
  const manifest = await readFile(path.join(folder, 'manifest.json'), 'utf8').catch(() => '{}')
  return (JSON.parse(manifest) as { version?: string }).version ?? 'unknown'
}
