// Nothing in, the memory that this process may still take out, in bytes: what the system has to spare, within what a container allows.
import { readFileSync } from 'node:fs'
import os from 'node:os'

/** What is cached of files counts as free. */
export function freeMemory(): number {
  const free = systemFree() ?? os.freemem()
  return Math.min(free, containerFree() ?? Infinity)
}

function systemFree(): number | null {
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(textOf('/proc/meminfo') ?? '')?.[1]
  return kilobytes === undefined ? null : Number(kilobytes) * 1024
}

/** Null where no limit is set, or the system knows none. */
function containerFree(): number | null {
  for (const [limit, used, caches] of [
    ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory.current', '/sys/fs/cgroup/memory.stat'],
    [
      '/sys/fs/cgroup/memory/memory.limit_in_bytes',
      '/sys/fs/cgroup/memory/memory.usage_in_bytes',
      '/sys/fs/cgroup/memory/memory.stat',
    ],
  ] as const) {
    const [most, now] = [limit, used].map((file) => Number(textOf(file) ?? NaN)) as [number, number]
    if (!Number.isFinite(most) || !Number.isFinite(now) || most >= os.totalmem()) continue
    const cached = /^(?:total_)?inactive_file (\d+)/m.exec(textOf(caches) ?? '')?.[1]
    return Math.max(0, most - now + Number(cached ?? 0))
  }
  return null
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null // no Linux, or no such limit
  }
}
