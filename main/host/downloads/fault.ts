// What went wrong on the way in; a fault of the closed list out, with its sentence and whether another try can help.
import type { DownloadFault, DownloadFaultCode } from '../../contract/downloads.ts'
import { HostFailure, type SaidFault } from '../../contract/errors.ts'
import { SENTENCES } from '../../contract/sentences.ts'
import { storageFailure } from '../storage/storage-failure.ts'

type Facts = DownloadFault['facts']

/** `later`: go on from what is here; `fresh`: from the first byte; `never`: a person has to do something first. */
export type Retry = 'later' | 'fresh' | 'never'

/** Ends one try of a download. */
export class TransferFault extends Error {
  readonly fault: DownloadFault
  readonly retry: Retry
  /** What the server asks to wait, in milliseconds. */
  readonly after: number | null
  constructor(
    code: DownloadFaultCode,
    facts: Facts,
    retry: Retry,
    {
      after = null,
      cause,
      said,
    }: { after?: number | null; cause?: unknown; said?: SaidFault | undefined } = {},
  ) {
    const fault = { code, facts, message: sentences[code](facts), ...(said !== undefined && { said }) }
    super(fault.message, { cause })
    this.name = 'TransferFault'
    this.fault = fault
    this.retry = retry
    this.after = after
  }
}

/**
 * Any error as a fault.
 * @param place what was worked on: the host that was asked, the folder that was written to
 */
export function asFault(error: unknown, place: { host: string; folder: string }): TransferFault {
  if (error instanceof TransferFault) return error
  const known = storageFailure(error, place.folder)
  if (known instanceof HostFailure) {
    const { code, message } = known.error
    if (code === 'disk-full')
      return new TransferFault('disk-full', { folder: place.folder }, 'never', { cause: error })
    const said = known.error.fault
    if (code === 'bad-file') return new TransferFault('disk', { message }, 'never', { cause: error, said })
  }
  const found = codeOf(error)
  const facts = { host: place.host, reason: found || messageOf(error) }
  const make = (code: DownloadFaultCode, retry: Retry): TransferFault =>
    new TransferFault(code, facts, retry, { cause: error })
  if (['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA'].includes(found)) return make('no-address', 'later')
  if (
    ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'ETIMEDOUT'].includes(found)
  )
    return make('unreachable', 'later')
  if (
    ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'].includes(found) ||
    found.startsWith('HPE_')
  )
    return make('dropped', 'later')
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO/.test(found)) return make('certificate', 'never')
  return make('internal', 'never')
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const sentences: Record<DownloadFaultCode, (facts: Facts) => string> = {
  offline: () => SENTENCES['downloads-off'],
  'no-address': ({ host }) =>
    `The address of ${host} was not found. Check the network connection, or set a proxy or a mirror in the settings.`,
  unreachable: ({ host, reason }) =>
    `${host} cannot be reached (${reason}). Check the network connection, or set a proxy or a mirror in the settings.`,
  dropped: ({ host }) => `The connection to ${host} was lost. It goes on from what is here.`,
  stalled: ({ host, seconds }) =>
    `${host} sent next to nothing for ${seconds} seconds. It goes on from what is here.`,
  certificate: ({ host, reason }) =>
    `${host} could not prove who it is (${reason}). Check the clock of this machine, and whether a proxy stands in between.`,
  proxy: ({ proxy, status }) =>
    `The proxy ${proxy} refused with ${status}. Check its address, name and password in the settings.`,
  'proxy-kind': ({ kind }) =>
    `The environment names a proxy of the kind ${kind}; only HTTP proxies are supported, SOCKS ones are not. Set an HTTP proxy or a mirror in the settings, or name the host in NO_PROXY.`,
  busy: ({ host, status }) => `${host} is busy (${status}) and asks to come back later.`,
  'server-error': ({ host, status }) => `${host} answered with an error of its own (${status}).`,
  'not-found': ({ url, status }) =>
    `${url} is not there (${status}). If a mirror is set, it lacks this file: choose another one in the settings.`,
  forbidden: ({ url, status }) =>
    `${url} may not be fetched (${status}). Fetch it in a browser and drop the file here, or set a mirror in the settings.`,
  refused: ({ url, status }) => `${url} was refused with ${status}.`,
  redirect: ({ host, to }) =>
    `${host} sends on to ${to}, which is not an address of this file. If that is a mirror, set it in the settings.`,
  'too-many-redirects': ({ host, limit }) =>
    `${host} sent on more than ${limit} times. Set a mirror in the settings, or try again later.`,
  'insecure-address': ({ url }) =>
    `${url} is not encrypted, so what arrives could be anything. Set an https address.`,
  'no-index': () =>
    'It is not known where Python wheels are to be had: this machine has no pip that could say so. Set a package index in the settings, or install Python 3 with pip.',
  'not-listed': ({ url, file }) =>
    `${url} has no ${file}. Set another package index in the settings, or try again later.`,
  portal: ({ host }) =>
    `A web page came instead of the file from ${host}: a network that asks to log in does that. Log in with a browser, then try again.`,
  'wrong-format': ({ host, file, format }) =>
    `What ${host} sent as ${file} is not a ${format} file. Try again, or set a mirror in the settings.`,
  'wrong-range': ({ host }) =>
    `${host} sent another part of the file than it was asked for. It starts again from the beginning.`,
  'wrong-length': ({ host, expected, got }) =>
    `${host} sent ${got} bytes instead of ${expected}. It starts again from the beginning.`,
  'keeps-changing': ({ host, file }) =>
    `${file} changed at ${host} while it was fetched. It starts again from the beginning.`,
  'wrong-hash': ({ file, expected, got }) =>
    `${file} is not what was published: its hash should be ${expected} and is ${got}. What arrived was removed. Try again, or use another mirror.`,
  'changed-since': ({ file, expected, got }) =>
    `${file} is another one than the first time: its hash was ${expected} and is ${got}. Nobody published a hash for it. Trying again takes the new file.`,
  'no-space': ({ folder, needed, free }) =>
    `${folder} has ${megabytes(free)} MB free; this needs ${megabytes(needed)} MB, archive and unpacked files together. Free some space, then try again.`,
  'disk-full': ({ folder }) =>
    `There is no space left in ${folder}. What has arrived is kept; free some space, then go on.`,
  disk: ({ message }) => String(message),
  archive: ({ message }) => String(message),
  internal: ({ reason }) => `The download failed for a reason that is not known (${reason}). Try again.`,
}

function megabytes(bytes: Facts[string] | undefined): string {
  return (Number(bytes) / 1e6).toFixed(0)
}
