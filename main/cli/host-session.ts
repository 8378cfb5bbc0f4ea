// A command's work on the data folder: a host of its own behind the same contract as the window's, closed however the work ends.
import { connect } from '../contract/connect.ts'
import type { HostClient } from '../contract/host.ts'
import { memoryTransport } from '../contract/memory.ts'
import { createHost } from '../host/create-host.ts'
import { forkNode } from '../host/engine/fork-node.ts'
import type { Host } from '../host/host.ts'
import { answerWithFile, hostEnd } from '../shell/host-end.ts'
import { logSentence } from '../shell/log.ts'
import type { Program } from '../shell/program.ts'

export type HostSession = { host: Host; client: HostClient }

/** The host works off only what this command queues: a window on the same folder keeps its own queue. */
export async function withHost<Result>(
  program: Program,
  work: (session: HostSession) => Promise<Result>,
): Promise<Result> {
  const onInternal = (name: string, cause: unknown): void => logSentence(`${name} failed.`, cause)
  const host = await createHost({
    ...program,
    shell: 'command-line',
    runtime: `Node ${process.versions.node}`,
    files: 'in-place',
    fork: forkNode(program.engine_file),
    queue: 'own',
  })
  const client = connect(
    memoryTransport(hostEnd(host, onInternal), (path) => answerWithFile(host, String(path), onInternal)),
  )
  try {
    return await work({ host, client })
  } finally {
    client.close()
    await host.close()
  }
}
