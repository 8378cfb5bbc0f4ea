// The program of a worker thread: one long work on data files in, its result or why there is none out.
import { parentPort, workerData } from 'node:worker_threads'
import { HostFailure, type HostError } from '../../contract/errors.ts'
import { work, type InputOf, type ResultOf, type WorkName } from './dataset-works.ts'

/** What a worker is started with; any message to it cancels the work. */
export type WorkStart = { name: WorkName; input: InputOf<WorkName> }

export type WorkNews =
  | { news: 'started' }
  /** Since the last such news. */
  | { news: 'read'; bytes: number }
  | { news: 'done'; result: ResultOf<WorkName> }
  | { news: 'refused'; error: HostError }
  | { news: 'failed'; name: string; message: string; stack: string | undefined }

/** Between two notices about how far a reading is, in milliseconds. */
const BETWEEN = 50

async function serve({ name, input }: WorkStart): Promise<void> {
  const controller = new AbortController()
  parentPort?.on('message', () => controller.abort())
  tell({ news: 'started' })
  let bytes = 0
  let told = performance.now()
  const flush = (): void => {
    if (bytes > 0) tell({ news: 'read', bytes })
    bytes = 0
    told = performance.now()
  }
  const onBytes = (more: number): void => {
    bytes += more
    if (performance.now() - told >= BETWEEN) flush()
  }
  try {
    const result = await work(name, input, { signal: controller.signal, onBytes })
    flush()
    tell({ news: 'done', result })
  } catch (error) {
    tell(error instanceof HostFailure ? { news: 'refused', error: error.error } : failed(error))
  }
}

function failed(error: unknown): WorkNews {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  return { news: 'failed', name, message, stack }
}

function tell(news: WorkNews): void {
  parentPort?.postMessage(news)
}

void serve(workerData as WorkStart)
