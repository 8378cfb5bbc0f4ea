// The line from the engine's process to its host, whichever way the process was made: Node's fork or Electron's utility process.

export type EngineChannel = {
  /** Settles when the message has left this process: who waits for it cannot flood the host. */
  send(message: unknown): Promise<void>
  onMessage(listener: (message: unknown) => void): void
  /** The host is gone. */
  onClose(listener: () => void): void
}

/** Electron's end of the line in a utility process; Node knows nothing of it. */
type ParentPort = {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  on(event: 'close', listener: () => void): void
}

/** @throws Error when nothing listens: this program was started by hand */
export function openChannel(): EngineChannel {
  const port: unknown = Reflect.get(process, 'parentPort')
  if (port) return overPort(port as ParentPort)
  if (process.send !== undefined) return overFork()
  throw new Error('The engine is started by the program; run `albert --help` to see how to train from here.')
}

function overPort(port: ParentPort): EngineChannel {
  return {
    send: (message) => {
      port.postMessage(message)
      return new Promise((resolve) => setImmediate(resolve))
    },
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    onClose: (listener) => port.on('close', listener),
  }
}

function overFork(): EngineChannel {
  return {
    send: (message) =>
      new Promise((resolve) => {
        // A line that is broken is heard as its close; there is nobody left to tell.
        if (process.send?.(message, undefined, {}, () => resolve()) === undefined) resolve()
      }),
    onMessage: (listener) => process.on('message', listener),
    onClose: (listener) => process.on('disconnect', listener),
  }
}
