// The engine as a utility process of Electron: the path of its program in, a way to start it out. No fuse that runs Electron as Node is needed.
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { utilityProcess } from 'electron'
import type { ForkEngine } from '../host/engine/engine-process.ts'
import { eachLine } from '../host/engine/fork-node.ts'

/** @param script `dist/engine/child.cjs` */
export function forkUtility(script: string): ForkEngine {
  return (env) => {
    const child = utilityProcess.fork(script, [], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      serviceName: 'ALBERT engine',
    })
    const streams = [child.stdout, child.stderr].flatMap((stream) =>
      stream instanceof Readable ? [stream] : [],
    )
    const ended = Promise.all(streams.map((stream) => finished(stream).catch(() => undefined)))
    let gone = false
    let killed: string | null = null
    child.on('error', () => undefined) // a fatal error of V8; its end is heard below, and its words on standard error
    return {
      get pid() {
        return child.pid
      },
      send: (message) => {
        if (!gone) child.postMessage(message)
      },
      onMessage: (listener) => void child.on('message', listener),
      onOutput: (listener) => {
        for (const stream of streams) eachLine(stream, listener)
      },
      onExit: (listener) => {
        child.once('exit', (code) => {
          gone = true
          // The last lines are read before the end is told; a grandchild that holds the pipe may not delay it.
          const patience = new Promise((resolve) => setTimeout(resolve, 1000))
          void Promise.race([ended, patience]).then(() => listener(killed === null ? code : null, killed))
        })
      },
      kill: (signal) => {
        if (gone || child.pid === undefined) return
        killed ??= signal
        process.kill(child.pid, signal)
      },
    }
  }
}
