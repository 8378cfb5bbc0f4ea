// A running host in, its end of a transport out: answers by the contract, events as notices, files by their path.
import type { HostEnd, Answer } from '../contract/transport.ts'
import type { OnInternal } from '../contract/serve.ts'
import { answerOf, serve } from '../contract/serve.ts'
import type { Host } from '../host/host.ts'

export function hostEnd(host: Host, onInternal: OnInternal): HostEnd {
  return {
    answer: serve(host.handlers, onInternal),
    subscribe: (tell) => host.on((name, payload) => tell({ name, payload })),
  }
}

/** Registers a file of this machine and answers with its FileRef. */
export function answerWithFile(host: Host, path: string, onInternal: OnInternal): Promise<Answer> {
  return answerOf('addFile', () => host.registerFile(path), onInternal)
}
