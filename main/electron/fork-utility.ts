// The engine as a utility process of Electron: the path of its program in, a way to start it out. No fuse that runs Electron as Node is needed.
import { Readable } from 'node:stream'
import { utilityProcess } from 'electron'
import type { ForkEngine } from '../host/engine/engine-process.ts'
import { eachLine } from '../host/engine/fork-node.ts'
import { utilityEnd } from './utility-end.ts'

/** Last words may arrive after the end, and Electron never ends the streams: so long they are waited for, in milliseconds. */
const LAST_WORDS = 200

/** @param script `dist/engine/child.cjs` */
export function forkUtility(script: string): ForkEngine {
  return (env) => {
    const child = utilityProcess.fork(script, [], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      serviceName: 'ALBERT engine',
    })
    let gone = false
    let killed: string | null = null
    child.on('error', () => undefined) // a fatal error of V8: its words come on standard error, its end below
    return {
      get pid() {
        return child.pid
      },
      send: (message) => {
        if (!gone) child.postMessage(message)
      },
      onMessage: (listener) => void child.on('message', listener),
      onOutput: (listener) => {
        for (const stream of [child.stdout, child.stderr]) {
          if (stream instanceof Readable) eachLine(stream, listener)
        }
      },
      onExit: (listener) => {
        child.once('exit', (status) => {
          gone = true
          const { code, signal } = utilityEnd(status, killed, process.platform)
          setTimeout(() => listener(code, signal), LAST_WORDS)
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
