// For tests: the file system with a fault at a chosen operation. Stands in for `node:fs/promises`.
import type * as Files from 'node:fs/promises'

/** How the chosen operation and those after it go wrong. */
export type Fault =
  /** The operation fails once with this code; the program goes on and may clean up. */
  | { kind: 'error'; code: string }
  /** The process dies at this operation: neither it nor any later one happens. */
  | { kind: 'kill' }

type Plan = { countdown: number; fault: Fault; dead: boolean }
let plan: Plan | null = null

/** The operation after `operations` more of them fails. */
export function failAfter(operations: number, fault: Fault): void {
  plan = { countdown: operations, fault, dead: false }
}

/** Whether the fault was reached; files work again from here on. */
export function endFault(): boolean {
  const reached = plan !== null && plan.countdown < 0
  plan = null
  return reached
}

function pass(operation: string): void {
  if (plan === null) return
  if (plan.dead) throw new Error('The process is dead.')
  plan.countdown--
  if (plan.countdown !== -1) return
  if (plan.fault.kind === 'kill') {
    plan.dead = true
    throw new Error('The process is dead.')
  }
  throw Object.assign(new Error(`${plan.fault.code}: ${operation}`), { code: plan.fault.code })
}

/** Every function that changes files, and every write, sync and close of an open one, counts as one operation. */
export function failingFiles(real: typeof Files): typeof Files {
  const guarded = <F extends (...args: never[]) => Promise<unknown>>(name: string, call: F): F =>
    (async (...args: Parameters<F>) => {
      pass(name)
      return call(...args)
    }) as unknown as F
  return {
    ...real,
    rename: guarded('rename', real.rename),
    unlink: guarded('unlink', real.unlink),
    writeFile: guarded('writeFile', real.writeFile),
    open: async (...args) => {
      pass('open')
      const handle = await real.open(...args)
      const write = handle.write.bind(handle) as (...rest: unknown[]) => unknown
      const sync = handle.sync.bind(handle)
      Object.assign(handle, {
        write: async (...rest: unknown[]) => {
          if (plan?.countdown === 0 && plan.fault.kind === 'kill') await tear(write, rest)
          pass('write')
          return write(...rest)
        },
        sync: async () => {
          pass('fsync')
          return sync()
        },
      })
      return handle
    },
  }
}

/** A process that dies while it writes leaves part of what it wrote. */
async function tear(
  write: (...rest: unknown[]) => unknown,
  [chunk, at, length, position]: unknown[],
): Promise<void> {
  await write(chunk, at, Math.floor(Number(length) / 2), position)
}
