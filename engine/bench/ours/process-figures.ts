// This process's own peak memory and processor time.
import { readFileSync } from 'node:fs'

/** The most memory that was resident at once, in bytes. */
export function peakMemory(): number {
  const status = statusLine('VmHWM')
  return status ?? process.resourceUsage().maxRSS * 1024
}

/** Resident now, in bytes. */
export function residentMemory(): number {
  return process.memoryUsage.rss()
}

/** Processor time of all threads so far, in seconds. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function statusLine(name: string): number | null {
  try {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))
    return found === null ? null : Number(found[1]) * 1024
  } catch {
    return null // no such file on this system
  }
}
