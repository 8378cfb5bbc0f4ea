// A long work on data files in, its result out: in a thread of its own where the files are large, so that the host goes on answering.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { HostFailure } from '../../contract/errors.ts'
import type { WorkNews, WorkStart } from './dataset-worker.ts'
import { work, type InputOf, type ResultOf, type Watch, type WorkName } from './dataset-works.ts'

/** Bytes of the files from which a thread pays: fewer are read, with pauses, in the time that a thread takes to start. */
const ASIDE_FROM = 4 << 20

export type Aside = <Name extends WorkName>(
  name: Name,
  input: InputOf<Name>,
  watch: Watch & { bytes: number },
) => Promise<ResultOf<Name>>

/**
 * @param log is told where no thread could be started and the host's own did the work
 * @param options.program the worker's program
 * @param options.heap_megabytes what the thread's objects may take; by default what Node gives
 */
export function createAside(
  log: (sentence: string) => void,
  { program = workerProgram(), heap_megabytes }: { program?: string; heap_megabytes?: number } = {},
): Aside {
  const limits = heap_megabytes === undefined ? {} : { maxOldGenerationSizeMb: heap_megabytes }
  const startOf = (start: WorkStart): Worker =>
    new Worker(program, { workerData: start, resourceLimits: limits })
  return async <Name extends WorkName>(
    name: Name,
    input: InputOf<Name>,
    { bytes, ...watch }: Watch & { bytes: number },
  ): Promise<ResultOf<Name>> => {
    if (bytes < ASIDE_FROM) return work(name, input, watch)
    try {
      return (await resultOf(startOf({ name, input }), watch)) as ResultOf<Name>
    } catch (error) {
      if (!(error instanceof NotStarted)) throw error
      log(
        `No thread could be started to read data (${error.message}); until that is done the host answers slowly.`,
      )
      return work(name, input, watch)
    }
  }
}

class NotStarted extends Error {}

async function resultOf(worker: Worker, { signal, onBytes }: Watch): Promise<unknown> {
  const cancel = (): void => worker.postMessage('cancel')
  signal.addEventListener('abort', cancel)
  if (signal.aborted) cancel()
  try {
    return await new Promise((resolve, reject) => {
      let started = false
      const gone = (reason: string): void =>
        reject(started ? new Error(`The thread that read data ended: ${reason}`) : new NotStarted(reason))
      worker.on('error', ({ message }: Error) => gone(message))
      worker.on('exit', (code) => gone(`code ${code}`))
      worker.on('message', (told: WorkNews) => {
        if (told.news === 'started') started = true
        else if (told.news === 'read') onBytes(told.bytes)
        else if (told.news === 'done') resolve(told.result)
        else if (told.news === 'refused') reject(new HostFailure(told.error))
        else reject(Object.assign(new Error(told.message), { name: told.name, stack: told.stack }))
      })
    })
  } finally {
    signal.removeEventListener('abort', cancel)
    await worker.terminate()
  }
}

/** The worker's own bundle, or its source beside this source. */
function workerProgram(): string {
  const here = typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url)
  const isSource = path.extname(here) === '.ts'
  return path.join(path.dirname(here), isSource ? 'dataset-worker.ts' : '../host/dataset-worker.cjs')
}
