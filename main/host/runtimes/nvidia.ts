// The files of this machine in, what there is of NVIDIA on it out: driver, its library, cards. The one place that asks.
import { execFile } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Nvidia } from '../../contract/runtimes.ts'

const LIBRARY = 'libcuda.so.1'
const PATIENCE = 10_000
const QUERY = ['--query-gpu=name,memory.total,compute_cap', '--format=csv,noheader,nounits']
/** Where distributions, containers and Windows' Linux put it. */
const LIBRARY_FOLDERS = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/x86_64-linux-gnu/nvidia/current',
  '/lib/x86_64-linux-gnu',
  '/usr/lib64',
  '/usr/lib64/nvidia',
  '/usr/lib',
  '/usr/lib/wsl/lib',
  '/usr/local/nvidia/lib64',
  '/usr/local/cuda/compat',
  '/run/opengl-driver/lib',
]

export type NvidiaParts = {
  /** Before every absolute path; tests give a folder. */
  root?: string
  env?: NodeJS.ProcessEnv
  /** Runs `nvidia-smi`; null where it is not there or fails. */
  smi?: (args: readonly string[]) => Promise<string | null>
}

export async function findNvidia({
  root = '/',
  env = process.env,
  smi = runSmi,
}: NvidiaParts = {}): Promise<Nvidia> {
  const version = await driverVersion(root)
  const library = await findLibrary(root, env)
  if (version === null && library === null)
    return { state: 'none', driver_version: null, library: null, gpus: [] }
  const driver_version = version ?? (await smi(['--query-gpu=driver_version', '--format=csv,noheader']))
  const found = { driver_version: driver_version?.split('\n')[0]?.trim() || null, library }
  if (library === null) return { ...found, state: 'no-library', gpus: [] }
  const asked = gpusOf(await smi(QUERY))
  const gpus = asked.length > 0 ? asked : await gpusOfDriver(root)
  // On Windows' Linux the driver says nothing of its cards in files; the library alone is the sign of one there.
  const isReady = gpus.length > 0 || (version === null && library.endsWith(`/wsl/lib/${LIBRARY}`))
  return { ...found, state: isReady ? 'ready' : 'no-gpu', gpus }
}

/** A sentence that says what was found. */
export function nvidiaSentence({ state, driver_version, library, gpus }: Nvidia): string {
  const driver = driver_version === null ? 'An NVIDIA driver' : `NVIDIA’s driver ${driver_version}`
  switch (state) {
    case 'none':
      return 'No NVIDIA driver was found.'
    case 'no-library':
      return `${driver} is here, and its library ${LIBRARY} is not: a container has to be started with access to the card.`
    case 'no-gpu':
      return `${driver} is here (${library ?? LIBRARY}), and no card that it can use.`
    case 'ready':
      return `${driver} is here, with ${gpus.map(({ name }) => name).join(', ') || 'a card'}.`
  }
}

/** As in `NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.15  Thu …`. */
async function driverVersion(root: string): Promise<string | null> {
  const text = await readFile(path.join(root, 'proc/driver/nvidia/version'), 'utf8').catch(() => '')
  return /\b(\d{3,}\.\d+(?:\.\d+)?)\b/.exec(text)?.[1] ?? null
}

async function findLibrary(root: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const own = (env['LD_LIBRARY_PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder))
  for (const folder of [...own, ...LIBRARY_FOLDERS, ...(await configuredFolders(root))]) {
    const file = path.join(root, folder, LIBRARY)
    if ((await stat(file).catch(() => null))?.isFile() === true) return file
  }
  return null
}

/** What the system's loader was told in addition. */
async function configuredFolders(root: string): Promise<string[]> {
  const folder = path.join(root, 'etc/ld.so.conf.d')
  const folders: string[] = []
  for (const name of await readdir(folder).catch(() => [])) {
    const text = await readFile(path.join(folder, name), 'utf8').catch(() => '')
    folders.push(...text.split('\n').map((line) => line.trim()))
  }
  return folders.filter((line) => line.startsWith('/'))
}

function gpusOf(answer: string | null): Nvidia['gpus'] {
  return (answer ?? '')
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .flatMap(([name = '', megabytes = '', capability = '']) =>
      name === '' || /^no devices/i.test(name)
        ? []
        : [
            {
              name,
              memory_bytes: Number(megabytes) > 0 ? Number(megabytes) * 2 ** 20 : null,
              compute_capability: /^\d+\.\d+$/.test(capability) ? capability : null,
            },
          ],
    )
}

/** What the driver itself says of its cards where its tool is absent. */
async function gpusOfDriver(root: string): Promise<Nvidia['gpus']> {
  const folder = path.join(root, 'proc/driver/nvidia/gpus')
  const found = await Promise.all(
    (await readdir(folder).catch(() => [])).sort().map(async (card) => {
      const text = await readFile(path.join(folder, card, 'information'), 'utf8').catch(() => '')
      return /^Model:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? card
    }),
  )
  return found.map((name) => ({ name, memory_bytes: null, compute_capability: null }))
}

function runSmi(args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile('nvidia-smi', [...args], { timeout: PATIENCE, windowsHide: true }, (error, output) =>
      resolve(error === null ? output : null),
    )
  })
}
