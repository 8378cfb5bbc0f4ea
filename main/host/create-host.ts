// Wires the parts of the host together: options in, a running host out. The only place that constructs them.
import type { Host, HostOptions } from './host.ts'

/** @throws HostFailure when the data folder cannot be used, with the reason */
export function createHost(options: HostOptions): Promise<Host> {
  return Promise.reject(new Error(`The host in ${options.data_dir} is being written.`))
}
