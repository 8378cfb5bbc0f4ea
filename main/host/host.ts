// What a shell hands to the host, and the host as a shell sees it: handlers for the contract's methods, one stream of its events.
import type { RunModel, RunRequest } from '../../engine/spec/run.ts'
import type { EventName, EventPayload, HostHandlers, HostInfo, JobPlan } from '../contract/host.ts'
import type { JobRecord } from '../contract/records.ts'
import type { FileRef } from '../contract/transport.ts'
import type { ForkEngine } from './engine/engine-process.ts'
import type { Owner } from './jobs/owner.ts'

export type HostOptions = {
  /** Folder of the records, the datasets and the runs; it is made where it is missing. */
  data_dir: string
  /** The program's `assets` folder. */
  assets_dir: string
  /** Folder with the native TensorFlow; null where none was found, and a run then fails with the reason. */
  tensorflow_dir: string | null
  /** The program's version, as package.json has it. */
  version: string
  shell: HostInfo['shell']
  runtime: string
  files: HostInfo['files']
  /** Asks for a folder in a dialog of the system; null where none was chosen. Left out where there is no such dialog. */
  chooseFolder?: () => Promise<string | null>
  /** Starts a process for one run. */
  fork: ForkEngine
  /** `every`: work off the whole queue. `own`: only the jobs this host created, as the command line does. */
  queue?: 'every' | 'own'
  /** Who this host is among the programs that share the data folder; by default this process. */
  owner?: Owner
  /** The host's own log, a sentence a time; by default standard error. */
  log?: (sentence: string) => void
  timing?: Partial<HostTiming>
}

/** Waiting times in milliseconds; tests shorten them. */
export type HostTiming = {
  /** Between two looks at what another program on the same data folder has done, and at the files of a run. */
  poll: number
  /** Between two writes of a run's new points. */
  flush: number
  /** What an engine gets to stop by itself before it is ended. */
  grace: number
}

/** Any event of the contract, with its name. */
export type HostListener = <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void

/** A run whose files and model the command line names itself. */
export type NewRun = {
  name: string
  dataset_name: string
  model_name: string
  request: RunRequest
}

/** A folder that arrives file by file: the name that its files share, and a file's place in it; '' asks for the folder. */
export type WithinFolder = { folder: string; place: string }

export type Host = {
  /** One for each method of the contract; each throws `HostFailure` with a reason from the closed list. */
  handlers: HostHandlers
  /** @returns what ends the listening */
  on(listener: HostListener): () => void
  /** Makes a file on this machine known, so that the window can name it by its id. */
  registerFile(path: string, name?: string): Promise<FileRef>
  /** Takes a file that arrives as a stream of bytes; it lies in the data folder's `uploads` until the host closes. */
  receiveFile(name: string, content: AsyncIterable<Uint8Array>, within?: WithinFolder): Promise<FileRef>
  /** Queues a run on files outside the data folder; it writes into the request's `output_dir`. */
  createRun(run: NewRun): Promise<JobRecord>
  /** What such a run would take and do; nothing is queued or written. @throws HostFailure */
  planRun(run: NewRun): Promise<JobPlan>
  /** What a run with this model starts from. @throws HostFailure `not-found` */
  runModel(model_id: string): RunModel
  /** The frozen request of a job. @throws HostFailure `not-found` */
  runRequest(job_id: string): RunRequest
  /** The folder in which a job leaves its files. @throws HostFailure `not-found` */
  runFolder(job_id: string): string
  /** Stops the running job so that it can be resumed, and lets go of the data folder. */
  close(): Promise<void>
}
