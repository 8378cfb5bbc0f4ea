// A Hugging Face ALBERT folder in, a model under the original's names out.
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { AlbertConfig } from '../spec/albert-config.ts'
import { EngineFailure } from '../spec/errors.ts'
import type { GeluReading } from '../spec/model-report.ts'
import { badCheckpoint } from './bad-checkpoint.ts'
import { codeOf } from './durable-file.ts'
import { configFromHuggingFace } from './hugging-face-config.ts'
import { converted } from './hugging-face-layout.ts'
import { BUFFERS, MAPPING, namePairs, TIED, type NamePair } from './hugging-face-names.ts'
import { checkEncoder } from './hugging-face-shapes.ts'
import { bytesOf, type NamedTensor } from './named-tensor.ts'
import { openShards, readShards, type SafetensorsShards } from './safetensors-shards.ts'

export type HuggingFaceModel = {
  albert_config: AlbertConfig
  spm_model_file: string | null
  vocab_file: string | null
  /** By the original's names and in its layout. */
  tensors: NamedTensor[]
  /** Tensors of the file that the model here has no place for. */
  left_out: string[]
  /** Whether its config says `gelu`, which there is the erf form. */
  reads_gelu_as_tanh: boolean
}

/** Whether a folder is one of theirs: a config.json that says albert. */
export async function isHuggingFace(folder: string): Promise<boolean> {
  const json = await readJson(join(folder, 'config.json')).catch(() => null)
  return typeof json === 'object' && json !== null && 'model_type' in json && json.model_type === 'albert'
}

/**
 * Reads config.json, model.safetensors (in one file or in several with their index) and the vocabulary, and gives every variable the original's name and layout. Every
 * missing and misshaped variable of the encoder is listed at once.
 * @param gelu see `configFromHuggingFace`
 * @throws EngineFailure 'file-missing', 'bad-config' or 'bad-checkpoint'
 */
export async function readHuggingFace(
  folder: string,
  { gelu }: { gelu: GeluReading },
): Promise<HuggingFaceModel> {
  const configFile = join(folder, 'config.json')
  const json = await readJson(configFile)
  const albert_config = configFromHuggingFace(json, configFile, gelu)
  const weights = await openShards(await weightsFile(folder))
  const prefix = [...weights.entries.keys()].some((name) => name.startsWith('albert.')) ? '' : 'albert.' // a bare AlbertModel
  const inFile = (theirs: string): string => (prefix === '' ? theirs : theirs.replace(/^albert\./, ''))
  const pairs = namePairs(albert_config)
  const found = pairs.filter(({ theirs }) => weights.entries.has(inFile(theirs)))
  checkEncoder(weights, albert_config, pairs, inFile)
  const tensors: NamedTensor[] = []
  // The largest first, while there is room: what is turned is held twice for that long.
  const bytesOfPair = ({ theirs }: NamePair): number => {
    const { begin = 0, end = 0 } = weights.entries.get(inFile(theirs)) ?? {}
    return end - begin
  }
  for (const pair of [...found].sort((a, b) => bytesOfPair(b) - bytesOfPair(a)))
    tensors.push(...(await readPair(weights, inFile(pair.theirs), pair)))
  const known = new Set<string>([...found.map(({ theirs }) => theirs), ...BUFFERS].map(inFile))
  const left_out = [...weights.entries.keys()].filter(
    (name) => !known.has(name) && !Object.hasOwn(TIED, name),
  )
  await checkTied(weights, inFile)
  const equalSizes = albert_config.embedding_size === albert_config.hidden_size
  if (equalSizes) checkIdentity(weights.file, tensors)
  return {
    albert_config,
    ...(await vocabularyIn(folder)),
    tensors: equalSizes ? tensors.filter(({ name }) => !name.startsWith(`${MAPPING.ours}/`)) : tensors,
    left_out,
    reads_gelu_as_tanh:
      typeof json === 'object' && json !== null && 'hidden_act' in json && json.hidden_act === 'gelu',
  }
}

/** A function of its own: a loop that waits would hold the values of one tensor while it reads the next. */
async function readPair(
  weights: SafetensorsShards,
  name: string,
  { ours, transposed }: NamePair,
): Promise<NamedTensor[]> {
  const read = (await readShards(weights, [name])).get(name)
  return read === undefined ? [] : [converted(read, ours, transposed)]
}

async function weightsFile(folder: string): Promise<string> {
  const file = join(folder, 'model.safetensors')
  const names = await readdir(folder).catch((): string[] => [])
  if (names.includes('model.safetensors')) return file
  if (names.includes('model.safetensors.index.json')) return `${file}.index.json`
  const other = names.includes('pytorch_model.bin')
    ? 'it has only pytorch_model.bin, which can run code when it is loaded; save the model again as safetensors'
    : 'there is no model.safetensors'
  throw new EngineFailure({ code: 'file-missing', file, message: `${folder}: ${other}.` })
}

/** A decoder of its own, not tied to the word table, would be another model. */
async function checkTied(weights: SafetensorsShards, inFile: (theirs: string) => string): Promise<void> {
  for (const [copy, of] of Object.entries(TIED)) {
    if (!weights.entries.has(copy) || !weights.entries.has(inFile(of))) continue
    const read = await readShards(weights, [copy, inFile(of)])
    const [a, b] = [read.get(copy), read.get(inFile(of))]
    if (a !== undefined && b !== undefined && Buffer.compare(bytesOf(a), bytesOf(b)) !== 0) {
      throw badCheckpoint(weights.file, `${copy} differs from ${inFile(of)}; in an ALBERT they are one.`)
    }
  }
}

/** Where the sizes are equal the original has no mapping: theirs must do nothing. */
function checkIdentity(file: string, tensors: readonly NamedTensor[]): void {
  for (const { name, shape, data } of tensors) {
    if (!name.startsWith(`${MAPPING.ours}/`)) continue
    const width = shape[0] ?? 0
    const does = name.endsWith('/kernel')
      ? data.some((value, i) => value !== (i % (width + 1) === 0 ? 1 : 0))
      : data.some((value) => value !== 0)
    if (does) {
      throw badCheckpoint(
        file,
        `its embedding_hidden_mapping_in is not the identity, and with equal embedding_size and hidden_size the model here has no such layer.`,
      )
    }
  }
}

async function vocabularyIn(
  folder: string,
): Promise<Pick<HuggingFaceModel, 'spm_model_file' | 'vocab_file'>> {
  const has = async (name: string): Promise<string | null> =>
    stat(join(folder, name)).then(
      () => join(folder, name),
      () => null,
    )
  const spm_model_file = await has('spiece.model')
  const vocab_file = spm_model_file === null ? await has('vocab.txt') : null
  if (spm_model_file !== null || vocab_file !== null) return { spm_model_file, vocab_file }
  const file = join(folder, 'spiece.model')
  const message = `${folder}: there is no vocabulary: neither spiece.model nor vocab.txt. tokenizer.json alone is not enough.`
  throw new EngineFailure({ code: 'file-missing', file, message })
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const message = `${file}: ${codeOf(error) === 'ENOENT' ? 'there is no such file' : `it cannot be read (${codeOf(error)})`}.`
    throw new EngineFailure({ code: 'file-missing', file, message }, { cause: error })
  })
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new EngineFailure(
      { code: 'bad-config', field: basename(file), message: `${file}: it is not JSON.` },
      { cause: error },
    )
  }
}
