// A host in the same process in, a transport out: for tests and the command line. It copies through JSON, as a wire would.
import type { Answerer } from './serve.ts'
import type { FileRef, Notice, Transport } from './transport.ts'
import { HostFailure } from './errors.ts'

/** The host's end of every transport: what answers, what tells, and what takes a file in. */
export type HostEnd = {
  answer: Answerer
  /** Tells every event; returns what ends the telling. */
  subscribe(tell: (notice: Notice) => void): () => void
  /** @throws HostFailure when the file cannot be taken */
  addFile(file: unknown): Promise<FileRef>
}

/** Events arrive after the call that caused them has been asked and before it is answered, in order, never inside the call. */
export function memoryTransport(end: HostEnd): Transport {
  return {
    async call(name, input) {
      return copy(await end.answer(name, copy(input)))
    },
    listen(onNotice, onConnection) {
      let listening = true
      const stop = end.subscribe((notice) => {
        const copied = copy(notice)
        void Promise.resolve().then(() => {
          if (listening) onNotice(copied)
        })
      })
      onConnection(true)
      return () => {
        listening = false
        stop()
      }
    },
    async addFile(file) {
      try {
        return { ok: true, value: copy(await end.addFile(file)) }
      } catch (cause) {
        if (cause instanceof HostFailure) return { ok: false, error: cause.error }
        throw cause
      }
    },
  }
}

/** What survives JSON: `undefined` fields are gone and a number that is not finite is null, here as on every wire. */
function copy(value: unknown): unknown {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown)
}
