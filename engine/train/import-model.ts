// A folder with a model in any known layout in, the model in the released layout and a report about it out.
import path from 'node:path'
import { tensor, tidy, slice, type Tensor } from '@tensorflow/tfjs-core'
import { collectGarbage } from '../backends/collect-garbage.ts'
import { startNative } from '../backends/native.ts'
import { badCheckpoint } from '../checkpoint/bad-checkpoint.ts'
import { openBundle, readTensor, type Bundle } from '../checkpoint/bundle-reader.ts'
import type { NamedTensor } from '../checkpoint/named-tensor.ts'
import { publishedHeads } from '../checkpoint/published-sizes.ts'
import { compareWithBundle } from '../checkpoint/restore.ts'
import { settleModel, type SettledModel } from '../checkpoint/settle-model.ts'
import { firstNotFinite } from '../checkpoint/summarise.ts'
import { backboneParams, type Params } from '../model/params.ts'
import { EngineFailure } from '../spec/errors.ts'
import type {
  EngineProgress,
  EngineQuestion,
  ModelNote,
  ModelReport,
  VariableFacts,
} from '../spec/model-report.ts'
import { Runtime } from '../spec/runtime.ts'
import { loadTokenizer } from '../text/tokenizer.ts'
import { probe, probeParams } from './probe.ts'

type Request = Omit<Extract<EngineQuestion, { ask: 'import-model' }>, 'ask'>

/**
 * Every value is read once: against its checksum, for its norm and for what is no number; the same read fills the model
 * for the probe.
 * @throws EngineFailure as the readers of each layout do, and 'bad-checkpoint' for missing weights and for values that are no numbers
 */
export async function importModel(
  { source, target, gelu }: Request,
  onProgress: (progress: EngineProgress) => void,
): Promise<ModelReport> {
  onProgress({ phase: 'reading', done: 0, total: null })
  const model = await settleModel(source, target, { gelu })
  const { albert_config } = model
  const bundle = await openBundle(model.init_checkpoint)
  const { missing } = compareWithBundle(backboneParams(albert_config), bundle)
  if (missing.length > 0) throw badCheckpoint(bundle.prefix, `it lacks ${missing.join(', ')}.`)
  const reason = await whyNoProbe(bundle, model)
  const { variables, params } = await readAll(
    bundle,
    reason === null ? probed(albert_config) : [],
    onProgress,
  )
  onProgress({ phase: 'probing', done: 0, total: null })
  const tokenizer = await loadTokenizer({ ...model, do_lower_case: true })
  try {
    const probes = reason === null ? probe(params, tokenizer, albert_config) : []
    return {
      form: model.form,
      albert_config,
      albert_config_file: path.basename(model.albert_config_file),
      spm_model_file: model.spm_model_file && path.basename(model.spm_model_file),
      vocab_file: model.vocab_file && path.basename(model.vocab_file),
      init_checkpoint: path.basename(model.init_checkpoint),
      vocabulary_pieces: model.vocabulary_pieces,
      variables,
      probes,
      notes: [...model.notes, ...notesOn(model), ...(reason === null ? [] : [noProbe(reason)])],
    }
  } finally {
    tokenizer.close()
    for (const param of Object.values(params)) param.dispose()
  }
}

function probed(config: ModelReport['albert_config']): string[] {
  return [...backboneParams(config), ...probeParams(config)].map(({ name }) => name)
}

/** Null where the model can be asked for a hidden word. */
async function whyNoProbe(bundle: Bundle, { albert_config }: SettledModel): Promise<string | null> {
  const absent = probeParams(albert_config).filter(
    ({ name, shape }) => bundle.variables.get(name)?.shape.join() !== shape.join(),
  )
  if (absent.length > 0) {
    return 'The checkpoint has no weights of the masked word head (cls/predictions), as is usual for fine-tuned ones, so it could not be asked for a hidden word.'
  }
  try {
    await startNative(Runtime.parse({}))
    return null
  } catch (error) {
    if (error instanceof EngineFailure && error.error.code === 'backend-missing')
      return `The model could not be asked for a hidden word: ${error.message}`
    throw error
  }
}

const WORTH_COLLECTING = 16 * 1024 * 1024

async function readAll(
  bundle: Bundle,
  wanted: readonly string[],
  onProgress: (progress: EngineProgress) => void,
) {
  const total = [...bundle.variables.values()].reduce((sum, { bytes }) => sum + bytes, 0)
  const names = new Set(wanted)
  const variables: VariableFacts[] = []
  const params: Params = {}
  const bad: string[] = []
  let done = 0
  // The largest first, while there is room: a tensor is held twice for as long as TensorFlow takes it over.
  const largestFirst = [...bundle.variables.values()].sort((a, b) => b.bytes - a.bytes)
  for (const { name, bytes } of largestFirst) {
    if (bytes > WORTH_COLLECTING) collectGarbage() // of the one before
    const { facts, param, fault } = await readOne(bundle, name, names.has(name))
    variables.push({ ...facts, bytes })
    if (param !== null) params[name] = param
    if (fault !== null) bad.push(fault)
    done += bytes
    onProgress({ phase: 'checking', done, total })
  }
  collectGarbage()
  const places = new Map([...bundle.variables.keys()].map((name, at) => [name, at]))
  variables.sort((a, b) => (places.get(a.name) ?? 0) - (places.get(b.name) ?? 0))
  if (bad.length === 0) return { variables, params }
  throw badCheckpoint(
    bundle.prefix,
    `it holds values that are no numbers: ${bad.join('; ')}. The run that made it diverged.`,
  )
}

/** A function of its own: a loop that waits would hold the values of one tensor while it reads the next. */
async function readOne(bundle: Bundle, name: string, isWanted: boolean) {
  const read = await readTensor(bundle, name)
  const l2_norm = normOf(read)
  const place = Number.isFinite(l2_norm) ? null : (firstNotFinite(read) ?? 0)
  return {
    facts: { name, dtype: read.dtype, shape: [...read.shape], l2_norm },
    param: isWanted ? onDevice(read) : null,
    fault: place === null ? null : `${name} (value ${place} is ${String(read.data[place])})`,
  }
}

/** In double precision, by four sums at a time, which do not wait for each other. Not finite where a value is not. */
function normOf({ data }: NamedTensor): number {
  if (!(data instanceof Float32Array)) {
    let squares = 0
    for (const value of data) squares += Number(value) ** 2
    return Math.sqrt(squares)
  }
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  const whole = data.length & ~3
  for (let at = 0; at < whole; at += 4) {
    a += data[at]! * data[at]!
    b += data[at + 1]! * data[at + 1]!
    c += data[at + 2]! * data[at + 2]!
    d += data[at + 3]! * data[at + 3]!
  }
  for (let at = whole; at < data.length; at++) a += data[at]! * data[at]!
  return Math.sqrt(a + b + c + d)
}

/** TensorFlow takes a tensor's values when it is first used, and lets go of the array then: so only one is held twice. */
function onDevice({ data, shape }: NamedTensor): Tensor {
  const made = tensor(data as Float32Array, [...shape], 'float32')
  tidy(
    () =>
      void slice(
        made,
        shape.map(() => 0),
        shape.map(() => 1),
      ),
  )
  return made
}

function notesOn({ albert_config, vocabulary_pieces }: SettledModel): ModelNote[] {
  const { hidden_size, num_attention_heads, vocab_size } = albert_config
  const notes: ModelNote[] = []
  const heads = publishedHeads({ hidden_size, vocab_size })
  if (heads !== null && (heads.length > 1 || !heads.includes(num_attention_heads))) {
    notes.push({
      code: 'heads-differ',
      message: `Its config says ${num_attention_heads} heads; published files of this size say ${heads.join(' or ')}. No shape shows which is right: look at what the model answers below.`,
    })
  }
  if (vocabulary_pieces < vocab_size) {
    notes.push({
      code: 'vocabulary-smaller',
      message: `The vocabulary has ${vocabulary_pieces} pieces and the model ${vocab_size} rows: the last ${vocab_size - vocabulary_pieces} are never used.`,
    })
  }
  return notes
}

function noProbe(message: string): ModelNote {
  return { code: 'no-probe', message }
}
