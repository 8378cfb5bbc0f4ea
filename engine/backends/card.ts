// The build of TensorFlow that this process was given and the cards of the machine in, the weakest card that a CUDA build may take out.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'

export type Card = {
  /** NVIDIA's number of what it can do, as in 8.0. */
  compute_capability: number
  memory_bytes: number
  free_bytes: number
}

const QUERY = ['--query-gpu=compute_cap,memory.total,memory.free', '--format=csv,noheader,nounits']
const PATIENCE = 10_000

let asked: { found: Card | null } | undefined

/** The card of this process, as it was when it was first asked about. */
export function cardHere(): Card | null {
  return (asked ??= { found: findCard() }).found
}

/** @returns null where the processor computes, or nothing tells of the card */
export function findCard(
  env: NodeJS.ProcessEnv = process.env,
  ask: (args: readonly string[]) => string | null = askSmi,
): Card | null {
  const folder = env['ALBERT_TENSORFLOW_DIR'] ?? ''
  if (folder === '' || !isCudaBuild(folder) || /^-1\b|^$/.test(env['CUDA_VISIBLE_DEVICES'] ?? 'all'))
    return null
  return weakest(ask(QUERY))
}

/** As the manifest beside the binding says; a library without one is not ours. */
export function isCudaBuild(folder: string): boolean {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8'))
    return (
      typeof manifest === 'object' && manifest !== null && 'device' in manifest && manifest.device === 'cuda'
    )
  } catch {
    return false
  }
}

/** A line for each card; of several, what all of them can do. */
function weakest(answer: string | null): Card | null {
  const rows = (answer ?? '')
    .split('\n')
    .map((line) => line.split(',').map(Number))
    .filter((cells) => cells.length === 3 && cells.every((cell) => Number.isFinite(cell) && cell > 0))
  if (rows.length === 0) return null
  const least = (column: number): number => Math.min(...rows.map((cells) => cells[column] ?? 0))
  return {
    compute_capability: least(0),
    memory_bytes: least(1) * 2 ** 20,
    free_bytes: least(2) * 2 ** 20,
  }
}

function askSmi(args: readonly string[]): string | null {
  try {
    return execFileSync('nvidia-smi', [...args], {
      encoding: 'utf8',
      timeout: PATIENCE,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    return null
  }
}
