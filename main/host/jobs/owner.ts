// Who works on a job: a process in, an identity out by which any program on the data folder can tell whether it still lives.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'

export const Owner = z.object({
  /** Another one for every host, even in the same process. */
  id: z.string(),
  pid: z.int(),
  /** Tells this process from a later one with the same number; empty where the system does not say. */
  started: z.string(),
  host: z.string(),
})
export type Owner = z.infer<typeof Owner>

/** Between two signs of life of an owner, and how long one lasts, in milliseconds. */
export const HEARTBEAT = 5000
const HEARTBEAT_LASTS = 60_000

/** The identity of a process of this machine. */
export function ownerOf(pid: number): Owner {
  return { id: randomUUID(), pid, started: startOf(pid), host: hostname() }
}

/**
 * Whether the process still runs. Where that cannot be known for certain, on another machine or on a system that does not tell
 * a process from a later one with its number, it counts as living as long as its heartbeat is fresh.
 * @param last_sign when it last wrote to the data folder, in milliseconds since 1970
 */
export function isAlive(owner: Owner, last_sign: number, now = Date.now()): boolean {
  const fresh = now - last_sign < HEARTBEAT_LASTS
  if (owner.host !== hostname()) return fresh
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  return owner.started === '' ? fresh : owner.started === startOf(owner.pid)
}

/** The kernel's start time of a process: boot id and clock ticks, on Linux; elsewhere the number alone has to do. */
function startOf(pid: number): string {
  if (process.platform !== 'linux') return ''
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return 'ended' // a zombie still answers to signal 0
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19] ?? ''}`
  } catch {
    return 'ended'
  }
}
