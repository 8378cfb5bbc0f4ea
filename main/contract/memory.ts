// A host in the same process in, a transport out: for tests and the command line. It copies through JSON, as a wire would.
import type { Answer, HostEnd, Transport } from './transport.ts'

/**
 * Events arrive in order, after the host has told them and never inside that telling.
 * @param addFile takes in what stands for a file: on the command line its path
 */
export function memoryTransport(end: HostEnd, addFile: (file: unknown) => Promise<Answer>): Transport {
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
      return copy(await addFile(file))
    },
  }
}

/** What survives JSON: `undefined` fields are gone and a number that is not finite is null, here as on every wire. */
function copy(value: unknown): unknown {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown)
}
