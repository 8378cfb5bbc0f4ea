// The package URL of a wheel in, the address of its file out: by the package index of the settings, else the one that this machine's pip uses.
import { execFile } from 'node:child_process'
import type { RemoteFile } from '../../contract/catalogue.ts'
import { isSafeAddress, type DownloadSettings } from '../../contract/download-settings.ts'
import type { Wheel } from '../../contract/runtimes.ts'
import { addressOf, ANYWHERE } from './addresses.ts'
import { TransferFault } from './fault.ts'
import { request, type Connection } from './request.ts'

/** Where a file is really fetched. */
export type Locate = (file: RemoteFile, connection: Connection) => Promise<URL>

const PACKAGE = /^pkg:pypi\/([a-z0-9-]+)@[\w.+-]+$/
/** What an index may list, in bytes: projects with thousands of files have a few million. */
const LONGEST_PAGE = 64e6
const PATIENCE = 60_000
/** JSON (PEP 691) where the index speaks it, else the page that every index has (PEP 503). */
const ACCEPT =
  'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1'

/** A wheel as a file to fetch: its hash is known, so that wherever the index sends for it is as good. */
export function wheelFile({ project, version, file, bytes, sha256 }: Wheel): RemoteFile {
  return {
    name: file,
    url: `pkg:pypi/${project}@${version}`,
    format: 'zip',
    bytes,
    sha256,
    redirects_to: [ANYWHERE],
  }
}

/** @param ask how this machine's pip is asked; see `askPip` */
export function createLocate(
  settings: () => DownloadSettings,
  ask: () => Promise<string | null> = askPip,
): Locate {
  let asked: Promise<string | null> | undefined
  const indexOfMachine = async (): Promise<string> => {
    asked ??= ask()
    const found = await asked
    if (found !== null) return found
    asked = undefined // it may be installed before the next try
    throw new TransferFault('no-index', {}, 'never')
  }
  return async (file, connection) => {
    const project = PACKAGE.exec(file.url)?.[1]
    if (project === undefined) return addressOf(file.url, settings())
    const chosen = settings().package_index
    const index = chosen === '' ? await indexOfMachine() : chosen
    const page = new URL(`${index.replace(/\/+$/, '')}/${project}/`)
    if (!isSafeAddress(page)) throw new TransferFault('insecure-address', { url: shown(page) }, 'never')
    return linkOn(page, file, connection)
  }
}

async function linkOn(page: URL, { name }: RemoteFile, connection: Connection): Promise<URL> {
  const { url, response } = await request(page, { accept: ACCEPT }, [ANYWHERE], connection)
  try {
    const { statusCode = 0, headers } = response
    const facts = { host: url.host, url: shown(page), status: statusCode, file: name }
    if (statusCode === 404) throw new TransferFault('not-listed', facts, 'never')
    if (statusCode === 401 || statusCode === 403) throw new TransferFault('forbidden', facts, 'never')
    if (statusCode === 429 || statusCode === 503) throw new TransferFault('busy', facts, 'later')
    if (statusCode >= 500) throw new TransferFault('server-error', facts, 'later')
    if (statusCode !== 200) throw new TransferFault('refused', facts, 'never')
    const text = await textOf(response, facts)
    const link = headers['content-type']?.includes('json') === true ? inJson(text, name) : inHtml(text, name)
    if (link === null) throw new TransferFault('not-listed', facts, 'never')
    return fileAddress(link, url)
  } finally {
    response.destroy()
  }
}

async function textOf(
  response: AsyncIterable<Buffer>,
  facts: { host: string; url: string; status: number },
): Promise<string> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of response) {
    pieces.push(piece)
    length += piece.length
    if (length > LONGEST_PAGE) throw new TransferFault('refused', facts, 'never')
  }
  return Buffer.concat(pieces).toString('utf8')
}

function inJson(text: string, name: string): string | null {
  try {
    const { files } = JSON.parse(text) as { files?: { filename?: unknown; url?: unknown }[] }
    const url = files?.find(({ filename }) => filename === name)?.url
    return typeof url === 'string' ? url : null
  } catch {
    return null
  }
}

/** The link whose text, or the last part of whose address, is the file's name. */
function inHtml(text: string, name: string): string | null {
  for (const [, quoted, words = ''] of text.matchAll(
    /<a\s[^>]*?href\s*=\s*("[^"]*"|'[^']*')[^>]*>([^<]*)/gi,
  )) {
    const link = plain((quoted ?? '').slice(1, -1))
    const last = link.split(/[?#]/, 1)[0]?.split('/').at(-1) ?? ''
    if (plain(words).trim() === name || decoded(last) === name) return link
  }
  return null
}

function plain(text: string): string {
  return text
    .replace(/&quot;/g, '"')
    .replace(/&#(?:39|x27);/gi, "'")
    .replace(/&amp;/g, '&')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What an index is asked with, it wants for the files on the same host, too. */
function fileAddress(link: string, page: URL): URL {
  let url: URL
  try {
    url = new URL(link, page)
  } catch {
    throw new TransferFault('redirect', { host: page.host, to: link.slice(0, 200) }, 'never')
  }
  url.hash = ''
  if (!isSafeAddress(url)) throw new TransferFault('insecure-address', { url: shown(url) }, 'never')
  if (url.host === page.host && url.username === '') {
    url.username = page.username
    url.password = page.password
  }
  return url
}

/** Without the name and the password that may stand in it. */
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`
}

/**
 * The index that pip uses here: by its settings and the environment, else its own default, which its help names.
 * @returns null where there is no pip, or none that says so
 */
export async function askPip(env: NodeJS.ProcessEnv = process.env): Promise<string | null> {
  for (const [program, ...args] of PIPS) {
    const help = await output(program, [...args, 'download', '--help'], env)
    if (help === null) continue
    const said = /--index-url <url>[^<]*?\(default:?\s+(\S+?)\)/.exec(help.replace(/\s+/g, ' '))?.[1]
    if (said !== undefined && !said.includes('****')) return said
    const set = await output(program, [...args, 'config', 'list'], env) // the help hides passwords
    const found = [':env:', 'download', 'global'].map(
      (where) => new RegExp(`^${where}\\.index-url='(.*)'$`, 'm').exec(set ?? '')?.[1],
    )
    const first = found.find((url) => url !== undefined)
    if (first !== undefined) return first
  }
  return null
}

const PIPS: readonly [string, ...string[]][] = [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['pip3'],
  ['pip'],
  ['py', '-m', 'pip'],
]

function output(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string | null> {
  const wide = { ...env, COLUMNS: '2000', PIP_DISABLE_PIP_VERSION_CHECK: '1' } // an address is not broken into lines
  return new Promise((resolve) => {
    execFile(program, [...args], { env: wide, timeout: PATIENCE, windowsHide: true }, (error, text) =>
      resolve(error === null ? text : null),
    )
  })
}
