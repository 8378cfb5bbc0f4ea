// Runtime settings in, TensorFlow's C library running behind tfjs-core out. The only file that loads the binding.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import nodeUtil from 'node:util'
import { ready, setBackend, registerBackend } from '@tensorflow/tfjs-core'
import { EngineFailure } from '../spec/errors.ts'
import { processSettings } from '../spec/process-settings.ts'
import type { Runtime } from '../spec/runtime.ts'
import { say } from '../spec/sentences.ts'
import { isCudaBuild } from './card.ts'
import type { GraphVerbs } from './graph-verbs.ts'
import { withGraphs } from './native-graph.ts'
import { shapesBinding } from './shapes-binding.ts'
import { registerNativeKernels, type NativeBinding, type NativeKernelBackend } from './native-kernels.ts'

/** What was started: shown in the run's log and in the window's "about". */
export type NativeBackend = {
  tensorflow_version: string
  device: 'CPU' | 'GPU'
  /** The binding that was loaded. */
  binding_file: string
  threads: number
  /** A sentence for the log when this is not what was asked for; null when it is. */
  notice: string | null
}

type Settings = Pick<Runtime, 'backend' | 'threads'> & Partial<Pick<Runtime, 'precision'>>
type BackendClass = new (binding: NativeBinding, packageName: string) => NativeKernelBackend

const PACKAGE = '@tensorflow/tfjs-node-gpu'
const BINDING = 'tfjs_binding.node'
let started: NativeBackend | null = null
let graphs: GraphVerbs | null = null

/**
 * Loads TensorFlow into this process and makes it tfjs-core's backend. The settings hold for the life of the process:
 * a second call returns what the first one started.
 * @throws EngineFailure 'backend-missing' when the library is absent or does not load
 */
export async function startNative(runtime: Settings): Promise<NativeBackend> {
  if (started !== null) return withThreadNotice(started, runtime.threads)
  Object.assign(process.env, processSettings(runtime, process.env)) // where whoever started this process has not
  const requireHere = createRequire(typeof __filename === 'string' ? __filename : import.meta.url)
  const { binding, binding_file, notices } = bindingOf(requireHere)
  if (!(await register(requireHere, binding))) {
    throw missing(`TensorFlow was loaded from ${binding_file}, but its backend did not start.`)
  }
  const device = binding.isUsingGpuDevice() ? 'GPU' : 'CPU'
  if (device === 'CPU' && isCudaBuild(path.dirname(binding_file))) notices.push(NO_GPU)
  started = {
    tensorflow_version: binding.TF_Version,
    device,
    binding_file,
    threads: runtime.threads,
    notice: notices.length === 0 ? null : notices.join(' '),
  }
  return started
}

/**
 * Makes tfjs-node's kernels known with no library behind them: steps can be traced, and none can run. Planning needs no more.
 * In a process where TensorFlow runs, that is what traces.
 */
export async function startShapes(): Promise<void> {
  if (graphs !== null) return
  const requireHere = createRequire(typeof __filename === 'string' ? __filename : import.meta.url)
  if (!(await register(requireHere, shapesBinding))) throw new Error('The backend of shapes did not start.')
}

/** tfjs-node's kernels and ours on a binding, as tfjs-core's backend. */
async function register(requireHere: NodeJS.Require, binding: NativeBinding): Promise<boolean> {
  if (graphs !== null) throw new Error('This process has a backend of shapes; a run needs one of its own.')
  definePredicatesRemovedFromNode()
  const { NodeJSKernelBackend } = requireHere(`${PACKAGE}/dist/nodejs_kernel_backend`) as {
    NodeJSKernelBackend: BackendClass
  }
  requireHere(`${PACKAGE}/dist/register_all_kernels`)
  registerNativeKernels()
  const { backend, graphs: verbs } = withGraphs(NodeJSKernelBackend, binding, PACKAGE)
  registerBackend('tensorflow', () => backend, 3)
  const isSet = await setBackend('tensorflow')
  await ready()
  graphs = verbs
  return isSet
}

/** What a compiler needs of the library; null before `startNative` or `startShapes`: then steps run eagerly. */
export function graphVerbs(): GraphVerbs | null {
  return graphs
}

/** How many of the numbers that this process can give to tensors are used; 0 before `startNative`. */
export function tensorNumbersUsed(): number {
  return graphs?.newest() ?? 0
}

type Found = { binding_file: string; notices: string[] }

const NO_GPU =
  'This is the CUDA build of TensorFlow, and it found no GPU that it can use: everything is computed on the processor.'

/** The library of the environment; where that one does not load, the other one that the environment names. */
function bindingOf(requireHere: NodeJS.Require): Found & { binding: NativeBinding } {
  const found = findBinding(requireHere)
  try {
    return { ...found, binding: loadBinding(requireHere, found.binding_file) }
  } catch (error) {
    const folder = process.env['ALBERT_TENSORFLOW_FALLBACK_DIR'] ?? ''
    if (folder === '' || !(error instanceof EngineFailure)) throw error
    const binding_file = path.resolve(folder, BINDING)
    const binding = loadBinding(requireHere, binding_file)
    const why = error.cause instanceof Error ? error.cause.message : error.message
    const notice = `The TensorFlow of ${path.dirname(found.binding_file)} does not load (${why}); the one of ${folder} is used.`
    return { binding, binding_file, notices: [notice] }
  }
}

function findBinding(requireHere: NodeJS.Require): Found {
  const folder = process.env['ALBERT_TENSORFLOW_DIR']
  if (folder !== undefined && folder !== '') {
    const binding_file = path.resolve(folder, BINDING)
    if (existsSync(binding_file)) return { binding_file, notices: [] }
    throw missing(`ALBERT_TENSORFLOW_DIR is ${folder}, but there is no ${BINDING} in it.`)
  }
  const installed = path.join(
    path.dirname(requireHere.resolve(`${PACKAGE}/package.json`)),
    'lib',
    'napi-v8',
    BINDING,
  )
  if (existsSync(installed)) {
    const notice = `ALBERT_TENSORFLOW_DIR is not set; using the TensorFlow that ${PACKAGE} installed.`
    return { binding_file: installed, notices: [notice] }
  }
  throw missing(`ALBERT_TENSORFLOW_DIR is not set, and ${PACKAGE} has no library of its own.`)
}

function loadBinding(requireHere: NodeJS.Require, file: string): NativeBinding {
  try {
    return requireHere(file) as NativeBinding
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw missing(`TensorFlow could not be loaded from ${file}: ${why}.`, cause)
  }
}

/** tfjs-node 4.22 calls these; Node 23 removed them. */
function definePredicatesRemovedFromNode(): void {
  const removed = {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
    isString: (value: unknown) => typeof value === 'string',
    isUndefined: (value: unknown) => value === undefined,
  }
  for (const [name, predicate] of Object.entries(removed)) {
    if (!(name in nodeUtil)) Object.defineProperty(nodeUtil, name, { value: predicate, configurable: true })
  }
}

function withThreadNotice(backend: NativeBackend, threads: number): NativeBackend {
  if (threads === backend.threads) return backend
  const notice = `TensorFlow already runs in this process with threads ${backend.threads}; ${threads} is not applied.`
  return { ...backend, notice }
}

function missing(what: string, cause?: unknown): EngineFailure {
  return new EngineFailure(
    { code: 'backend-missing', ...say('run-no-tensorflow', { reason: what }) },
    { cause },
  )
}
