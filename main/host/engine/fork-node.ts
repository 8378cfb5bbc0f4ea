// The engine as a child process of Node: the path of its program in, a way to start it out.
import { fork } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { ForkEngine } from './engine-process.ts'

const LONGEST_LINE = 10_000

/** @param script `dist/engine/child.cjs`, or a stand-in that speaks the same messages */
export function forkNode(script: string): ForkEngine {
  return (env) => {
    const child = fork(script, [], {
      env: { ...process.env, ...env },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    let ended = false
    return {
      get pid() {
        return child.pid
      },
      send: (message) => {
        if (child.connected) child.send(message, () => undefined)
      },
      onMessage: (listener) => void child.on('message', listener),
      onOutput: (listener) => {
        for (const stream of [child.stdout, child.stderr]) if (stream !== null) eachLine(stream, listener)
      },
      onExit: (listener) => {
        const once = (code: number | null, signal: string | null) => {
          if (!ended) listener(code, signal)
          ended = true
        }
        child.on('error', () => child.pid === undefined && once(null, null))
        child.on('close', once) // after the last message and the last line, unlike 'exit'
      },
      kill: (signal) => void child.kill(signal),
    }
  }
}

/** Calls the listener for each line; what has no end is cut. */
export function eachLine(stream: Readable, listener: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split(/\r?\n|\r/)
    rest = (lines.pop() ?? '').slice(0, LONGEST_LINE)
    for (const line of lines) if (line.trim() !== '') listener(line.slice(0, LONGEST_LINE))
  })
  stream.on('end', () => {
    if (rest.trim() !== '') listener(rest)
  })
}
