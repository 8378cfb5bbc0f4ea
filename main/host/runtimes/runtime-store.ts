// What can be had of runtimes, what lies in the data folder and what the program brought in; which one runs use, as variables of the engine's process, out.
import { existsSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { HostFailure } from '../../contract/errors.ts'
import type {
  ChoiceReason,
  Device,
  EngineRuntime,
  Nvidia,
  RuntimeDeclaration,
  RuntimeReport,
  WantedDevice,
} from '../../contract/runtimes.ts'
import { say } from '../../contract/sentences.ts'
import type { DownloadPlan, Install } from '../downloads/execution.ts'
import { wheelFile } from '../downloads/package-index.ts'
import type { ForkEngine } from '../engine/engine-process.ts'
import type { Notify } from '../notify.ts'
import { bytesBelow } from '../storage/folder-bytes.ts'
import { chooseDevice, type Choice } from './choose.ts'
import {
  BINDING,
  installRuntime,
  isWhole,
  LIBRARY_FOLDER,
  PARTIAL,
  readManifest,
  withoutBinding,
  type Manifest,
} from './install-runtime.ts'

export type RuntimeParts = {
  /** `assets/runtimes.json`. */
  declared: readonly RuntimeDeclaration[]
  /** Of all runtimes that are fetched. */
  folder: string
  /** The TensorFlow that the set-up or the package brought. */
  program_dir: string | null
  wanted: () => WantedDevice
  /** Whether a run is under way anywhere on the data folder. */
  isRunning: () => boolean
  findNvidia: () => Promise<Nvidia>
  notify: Notify
  log: (sentence: string) => void
  platform?: string
}

/** What a process is given that computes with a runtime. */
export type EngineEnv = Record<string, string>

/** Reasons that a run's log tells: what computes is not what was asked for. */
const FALLBACKS: ReadonlySet<ChoiceReason> = new Set(['asked-cuda-without-driver', 'asked-cuda-absent'])

type Found = { runtime: EngineRuntime; library_folder: string | null }

export type RuntimeStore = ReturnType<typeof createRuntimeStore>

export function createRuntimeStore(parts: RuntimeParts) {
  const { folder, program_dir, platform = `${process.platform}-${process.arch}` } = parts
  const declared = parts.declared.filter((one) => one.platform === platform)
  const running = new Map<string, number>()
  let nvidia: Promise<Nvidia> | undefined
  let program_bytes: Promise<number> | undefined

  const declarationOf = (id: string): RuntimeDeclaration => {
    const found = declared.find((one) => one.id === id)
    if (found !== undefined) return found
    const known = declared.map((one) => one.id).join(', ')
    throw new HostFailure({
      code: 'not-found',
      what: 'runtime',
      id,
      ...say('runtime-unknown', { id, known: known === '' ? 'none' : known }),
    })
  }

  const look = async (): Promise<Found[]> => {
    const own = program_dir === null ? null : await programRuntime(program_dir, programBytes)
    const found = await Promise.all(declared.map((one) => lookAt(one, own)))
    const isListed = found.some(({ runtime }) => runtime.origin === 'program')
    return own === null || isListed ? found : [own, ...found]
  }

  /** Added up once, and again where a person looks: every process of the engine asks what it is started with. */
  const programBytes = (library_folder: string): Promise<number> =>
    (program_bytes ??= bytesBelow(library_folder))

  const lookAt = async (declaration: RuntimeDeclaration, own: Found | null): Promise<Found> => {
    const { id, device, version, licences, unpacked_bytes, wheels } = declaration
    const runtime: EngineRuntime = {
      ...{ id, device, version, licences, unpacked_bytes },
      packed_bytes: wheels.reduce((sum, { bytes }) => sum + bytes, 0),
      state: 'absent',
      origin: null,
      folder: null,
      in_use: false,
      processes: 0,
    }
    const at = path.join(folder, id)
    const manifest = await readManifest(path.join(at, LIBRARY_FOLDER))
    if (manifest !== null) {
      const state = (await isWhole(at, manifest)) ? 'installed' : 'damaged'
      return {
        runtime: { ...runtime, state, origin: 'fetched', folder: at },
        library_folder: path.join(at, LIBRARY_FOLDER),
      }
    }
    const isOwn = own !== null && own.runtime.version === version && own.runtime.device === device
    if (!isOwn) return { runtime, library_folder: null }
    const { origin, state, folder: lies, unpacked_bytes: bytes } = own.runtime
    return { ...own, runtime: { ...runtime, origin, state, folder: lies, unpacked_bytes: bytes } }
  }

  /** The runtime whose build is wanted, and whole. */
  const choose = async (found: readonly Found[]): Promise<{ choice: Choice; chosen: Found | undefined }> => {
    nvidia ??= parts.findNvidia()
    const here = found.filter(({ runtime }) => runtime.state === 'installed')
    const devices = new Set(here.map(({ runtime }) => runtime.device))
    const known = new Set(found.map(({ runtime }) => runtime.device))
    const choice = chooseDevice(parts.wanted(), devices, known, await nvidia)
    const chosen = here.filter(({ runtime }) => runtime.device === choice.device)
    return { choice, chosen: chosen.find(({ runtime }) => runtime.origin === 'fetched') ?? chosen[0] }
  }

  const report = async (): Promise<RuntimeReport> => {
    const found = await look()
    const { choice, chosen } = await choose(found)
    const runtimes = found.map(({ runtime, library_folder }) => ({
      ...runtime,
      in_use: runtime === chosen?.runtime,
      processes: library_folder === null ? 0 : (running.get(library_folder) ?? 0),
    }))
    return {
      runtimes,
      nvidia: await (nvidia ??= parts.findNvidia()),
      chosen: { ...choice, runtime_id: chosen?.runtime.id ?? null },
    }
  }

  /** What the next process of the engine is given, and a word for its log where that is not what was asked for. */
  const next = async (): Promise<{ env: EngineEnv; notice: string | null }> => {
    const found = await look()
    const { choice, chosen } = await choose(found)
    const notice = FALLBACKS.has(choice.reason) ? choice.message : null
    if (chosen?.library_folder == null)
      return { env: program_dir === null ? {} : { ALBERT_TENSORFLOW_DIR: program_dir }, notice }
    const { library_folder } = chosen
    const other = found.find(
      ({ runtime }) =>
        runtime.device === 'cpu' && runtime.state === 'installed' && runtime !== chosen.runtime,
    )
    const env = {
      ...(await variablesOf(library_folder)),
      ...(other?.library_folder != null && { ALBERT_TENSORFLOW_FALLBACK_DIR: other.library_folder }),
      ...(choice.reason === 'asked-cpu' && choice.device === 'cuda' && { CUDA_VISIBLE_DEVICES: '-1' }),
    }
    return { env, notice }
  }

  const announce = (): void => {
    void report().then(
      (now) => parts.notify('runtimes.changed', now),
      (error: unknown) => parts.log(`The runtimes could not be looked at: ${String(error)}`),
    )
  }

  return {
    report: (): Promise<RuntimeReport> => {
      nvidia = undefined // a driver may have come meanwhile
      program_bytes = undefined
      return report()
    },

    /** The choice may be another one now. */
    changed: announce,

    next,

    /** The variables of the next process alone. */
    env: async (): Promise<EngineEnv> => (await next()).env,

    /** For a process that tries this one. @throws HostFailure `not-found`, `not-allowed-now` */
    envOf: async (id: string): Promise<EngineEnv> => {
      const found = (await look()).find(({ runtime }) => runtime.id === id)
      if (found?.library_folder != null) return variablesOf(found.library_folder)
      const { version } = declarationOf(id)
      const said = say('runtime-absent', { version, id })
      throw new HostFailure({ code: 'not-allowed-now', status: 'absent', ...said })
    },

    /** Counts what is started with which runtime. */
    watched:
      (fork: ForkEngine): ForkEngine =>
      (env) => {
        const engine = fork(env)
        const library_folder = env['ALBERT_TENSORFLOW_DIR']
        if (library_folder === undefined) return engine
        const count = (by: number): void =>
          void running.set(library_folder, (running.get(library_folder) ?? 0) + by)
        count(1)
        return {
          get pid() {
            return engine.pid
          },
          send: (message) => engine.send(message),
          onMessage: (listener) => engine.onMessage(listener),
          onOutput: (listener) => engine.onOutput(listener),
          onExit: (listener) =>
            engine.onExit((code, signal) => {
              count(-1)
              listener(code, signal)
            }),
          kill: (signal) => engine.kill(signal),
        }
      },

    /** @throws HostFailure `not-found` */
    planOf: (id: string): DownloadPlan => {
      const runtime = declarationOf(id)
      const { version, wheels, unpacked_bytes } = runtime
      return {
        name: nameOf(runtime.device, version),
        files: wheels.map(wheelFile),
        unpacked: { folder, bytes: unpacked_bytes },
      }
    },

    install: (async ({ item_id }, files, options) => {
      const declaration = declarationOf(item_id)
      const binding = await bindingFor(declaration, await look())
      await installRuntime(declaration, files, binding, path.join(folder, item_id), options)
      announce()
      return { made: 'runtime', runtime_id: item_id }
    }) satisfies Install,

    /** @throws HostFailure `not-found`; `not-allowed-now` where it can be none that was fetched here, or something uses it */
    remove: async (id: string): Promise<{ freed_bytes: number }> => {
      const { runtimes } = await report()
      const runtime = runtimes.find((one) => one.id === id)
      if (runtime === undefined) declarationOf(id)
      if (runtime?.origin !== 'fetched' || runtime.folder === null) {
        const said = say('runtime-not-ours', {
          name: nameOf(runtime?.device ?? 'cpu', runtime?.version ?? ''),
        })
        throw new HostFailure({ code: 'not-allowed-now', status: runtime?.state ?? 'absent', ...said })
      }
      // A run of another program on the data folder may have been started with it before the choice was changed.
      if (runtime.processes > 0 || parts.isRunning()) {
        const said = say('runtime-in-use', { name: nameOf(runtime.device, runtime.version ?? '') })
        throw new HostFailure({ code: 'not-allowed-now', status: 'in-use', ...said })
      }
      const freed_bytes = await bytesBelow(runtime.folder)
      // Without its manifest it is gone, whatever becomes of the rest.
      await rm(path.join(runtime.folder, LIBRARY_FOLDER, 'manifest.json'), { force: true })
      await rm(runtime.folder, { recursive: true, force: true })
      announce()
      return { freed_bytes }
    },

    /** Removes what was left of runtimes in the making. */
    tidy: async (): Promise<void> => {
      for (const name of await readdir(folder).catch(() => []))
        if (name.startsWith(PARTIAL)) await rm(path.join(folder, name), { recursive: true, force: true })
    },
  }
}

export function nameOf(device: Device, version: string): string {
  return `TensorFlow ${version} (${device === 'cuda' ? 'CUDA' : 'CPU'})`
}

/** What the set-up or the package brought, whatever it is. */
async function programRuntime(
  library_folder: string,
  bytesOf: (folder: string) => Promise<number>,
): Promise<Found> {
  const manifest: Manifest | null = await readManifest(library_folder)
  const isHere = existsSync(path.join(library_folder, BINDING))
  const bytes = isHere ? await bytesOf(library_folder) : 0
  return {
    runtime: {
      id: 'program',
      device: manifest?.device ?? 'cpu',
      version: manifest?.version ?? null,
      licences: ['Apache-2.0'],
      state: isHere ? 'installed' : 'damaged',
      origin: 'program',
      folder: library_folder,
      packed_bytes: 0,
      unpacked_bytes: bytes,
      in_use: false,
      processes: 0,
    },
    library_folder,
  }
}

/** Where the library is, and where it finds what it loads: beside itself, by the paths that are written into it, and by name. */
async function variablesOf(library_folder: string): Promise<EngineEnv> {
  const nvidia = path.join(library_folder, '..', 'nvidia')
  const names = await readdir(nvidia).catch(() => [])
  const folders = names.map((name) => path.join(nvidia, name, 'lib')).filter((one) => existsSync(one))
  if (folders.length === 0) return { ALBERT_TENSORFLOW_DIR: library_folder }
  const own = process.env['LD_LIBRARY_PATH'] ?? ''
  return {
    ALBERT_TENSORFLOW_DIR: library_folder,
    LD_LIBRARY_PATH: [...folders, ...(own === '' ? [] : [own])].join(path.delimiter),
    PATH: [path.join(nvidia, 'cuda_nvcc', 'bin'), process.env['PATH'] ?? ''].join(path.delimiter),
  }
}

/** The binding of another build of the same version: it names TensorFlow's libraries and nothing of their insides. */
async function bindingFor(declaration: RuntimeDeclaration, found: readonly Found[]): Promise<string> {
  for (const { runtime, library_folder } of found) {
    if (library_folder === null || runtime.version !== declaration.version) continue
    const file = path.join(library_folder, BINDING)
    const manifest = await readManifest(library_folder)
    if (manifest?.source === 'pypi' && (await stat(file).catch(() => null))?.isFile() === true) return file
  }
  throw withoutBinding(declaration)
}
