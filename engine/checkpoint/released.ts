// A folder as the published archives unpack to (or a path into it) in, its config, vocabulary and checkpoint out.
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AlbertConfig } from '../spec/albert-config.ts'
import { EngineFailure } from '../spec/errors.ts'
import { badCheckpoint } from './bad-checkpoint.ts'
import { openBundle, type Bundle } from './bundle-reader.ts'
import { configJson } from '../spec/config-json.ts'
import { codeOf } from './durable-file.ts'
import { fieldsOfShapes } from './shape-fields.ts'
import { countPieces, countTokens } from './vocabulary-size.ts'

export type ReleasedModel = {
  albert_config: AlbertConfig
  albert_config_file: string
  /** One of these two is a path: SentencePiece for the English models, WordPiece for the Chinese ones. */
  spm_model_file: string | null
  vocab_file: string | null
  /** Of the vocabulary; a model may have rows to spare. */
  vocabulary_pieces: number
  /** Prefix of the checkpoint. */
  init_checkpoint: string
}

/**
 * Recognises a model by what its files hold, not by their names: an ALBERT config, a checkpoint of ALBERT variables, a
 * vocabulary. `path` is the folder, the folder around it, a checkpoint's prefix or one of its files. The three must agree:
 * sizes against shapes, ids against rows.
 * @throws EngineFailure 'bad-checkpoint', 'bad-config', 'bad-vocabulary' or 'file-missing', naming what to add
 */
export async function readReleased(path: string): Promise<ReleasedModel> {
  const { folder, prefix } = await locate(path)
  const files = await readablesIn(folder)
  const init_checkpoint = prefix ?? (await chooseCheckpoint(folder, files))
  const bundle = await openBundle(init_checkpoint)
  const { albert_config, albert_config_file } = await findConfig(folder, files)
  checkSizes(bundle, albert_config, albert_config_file)
  const vocabulary = await findVocabulary(folder, files, albert_config.vocab_size)
  return { albert_config, albert_config_file, ...vocabulary, init_checkpoint }
}

const ENDINGS = /\.(index|meta|data-\d{5}-of-\d{5})$/

async function locate(path: string): Promise<{ folder: string; prefix: string | null }> {
  if (await isFolder(path)) return { folder: await descend(path), prefix: null }
  const prefix = path.replace(ENDINGS, '') // people give one of the three files
  const known = await stat(`${prefix}.index`).then(
    () => true,
    () => false,
  )
  if (known) return { folder: dirname(prefix), prefix }
  const message = `${path}: there is no such folder or checkpoint. Give the folder that holds albert_config.json and model.ckpt-best.index.`
  throw new EngineFailure({ code: 'file-missing', file: path, message })
}

/** An archive unpacks to one folder in the folder that was chosen. */
async function descend(folder: string): Promise<string> {
  const entries = await entriesOf(folder)
  const [only, ...others] = entries.filter((entry) => entry.isDirectory())
  const empty = entries.every((entry) => !entry.isFile())
  return empty && only !== undefined && others.length === 0 ? join(folder, only.name) : folder
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

async function entriesOf(folder: string) {
  return readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw badCheckpoint(folder, `it cannot be read (${codeOf(error)}).`, { cause: error })
  })
}

/** Names of files, in a settled order; links count as what they lead to. */
async function readablesIn(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder)
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map(({ name }) => name)
    .sort()
}

async function chooseCheckpoint(folder: string, files: readonly string[]): Promise<string> {
  const prefixes: string[] = []
  const problems: string[] = []
  for (const name of files.filter((file) => file.endsWith('.index'))) {
    const prefix = join(folder, name.replace(ENDINGS, ''))
    try {
      const { variables } = await openBundle(prefix)
      if ([...variables.keys()].some((variable) => variable.startsWith('bert/'))) prefixes.push(prefix)
      else problems.push(`${name} holds no variable of an ALBERT.`)
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw error
      problems.push(error.message)
    }
  }
  const [first, ...others] = prefixes
  if (first === undefined) {
    const why =
      problems.length === 0 ? 'there is no checkpoint in it: no file ends in .index.' : problems.join(' ')
    throw badCheckpoint(
      folder,
      `${why} A model's folder holds model.ckpt-best.index and model.ckpt-best.data-00000-of-00001.`,
    )
  }
  if (others.length === 0) return first
  const best =
    prefixes.find((prefix) => basename(prefix) === 'model.ckpt-best') ?? (await pointedTo(folder, prefixes))
  if (best !== undefined) return best
  const names = prefixes.map((prefix) => basename(prefix)).join(', ')
  throw badCheckpoint(
    folder,
    `it holds several checkpoints (${names}): give the path of one, as in ${first}.`,
  )
}

/** The one that the text file `checkpoint` calls the latest. */
async function pointedTo(folder: string, prefixes: readonly string[]): Promise<string | undefined> {
  const text = await readFile(join(folder, 'checkpoint'), 'utf8').catch(() => '')
  const latest = /^model_checkpoint_path: "(.*)"$/m.exec(text)?.[1]
  return latest === undefined ? undefined : prefixes.find((prefix) => basename(prefix) === basename(latest))
}

const LARGEST_CONFIG_BYTES = 1024 * 1024

/** @throws EngineFailure 'file-missing' where there is none, 'bad-config' where it is not one of an ALBERT */
export async function findConfig(
  folder: string,
  files: readonly string[],
): Promise<{ albert_config: AlbertConfig; albert_config_file: string }> {
  const configs: { file: string; json: object }[] = []
  for (const name of files.filter((file) => file.endsWith('.json'))) {
    const file = join(folder, name)
    const read = configJson(Buffer.from((await readStart(file, LARGEST_CONFIG_BYTES)) ?? []).toString('utf8'))
    if ('problem' in read) {
      if (name === 'albert_config.json') throw badConfig(file, '', read.problem) // else it may be anything
    } else if ('vocab_size' in read.json && 'hidden_size' in read.json) {
      configs.push({ file, json: read.json })
    }
  }
  const chosen = configs.find(({ file }) => basename(file) === 'albert_config.json') ?? configs[0]
  if (chosen === undefined) {
    const message = `${folder}: there is no albert_config.json. It lies in the archive that the checkpoint came in.`
    throw new EngineFailure({ code: 'file-missing', file: join(folder, 'albert_config.json'), message })
  }
  const parsed = AlbertConfig.safeParse(chosen.json)
  if (parsed.success) return { albert_config: parsed.data, albert_config_file: chosen.file }
  const [issue] = parsed.error.issues
  throw badConfig(chosen.file, issue?.path.join('.') ?? '', issue?.message ?? 'it is not as expected')
}

function badConfig(file: string, field: string, problem: string): EngineFailure {
  const message = `${file}: ${field === '' ? '' : `${field}: `}${problem}.`
  return new EngineFailure({ code: 'bad-config', field, message })
}

/** The whole file, or null where it is larger than such a file can be or cannot be read. */
async function readStart(file: string, most: number): Promise<Uint8Array | null> {
  try {
    const found = await stat(file)
    return found.isFile() && found.size <= most ? await readFile(file) : null
  } catch {
    return null
  }
}

/** Nothing would fail early if a config of another size lay beside the weights. Head counts show in no shape. */
function checkSizes(bundle: Bundle, config: AlbertConfig, file: string): void {
  const shapes = fieldsOfShapes([...bundle.variables.values()])
  const differing = Object.entries(shapes).filter(([field, value]) => config[field] !== value)
  if (differing.length === 0) return
  const list = differing
    .map(([field, value]) => `${field} is ${String(config[field])} and the checkpoint has ${value}`)
    .join('; ')
  throw badCheckpoint(bundle.prefix, `it is not the checkpoint of ${file}: ${list}.`)
}

const LARGEST_VOCABULARY_BYTES = 64 * 1024 * 1024

/** @throws EngineFailure 'file-missing' where there is none, 'bad-vocabulary' where it has too many pieces */
export async function findVocabulary(
  folder: string,
  files: readonly string[],
  vocab_size: number,
): Promise<Pick<ReleasedModel, 'spm_model_file' | 'vocab_file' | 'vocabulary_pieces'>> {
  const found: { file: string; kind: 'spm_model_file' | 'vocab_file'; count: number }[] = []
  for (const name of files.filter((candidate) => !/\.(index|json|meta|data-.*)$/.test(candidate))) {
    const file = join(folder, name)
    const bytes = await readStart(file, LARGEST_VOCABULARY_BYTES)
    const pieces = bytes === null ? null : countPieces(bytes)
    const tokens = bytes === null || pieces !== null ? null : countTokens(bytes)
    if (pieces !== null) found.push({ file, kind: 'spm_model_file', count: pieces })
    else if (tokens !== null) found.push({ file, kind: 'vocab_file', count: tokens })
  }
  const chosen = found.find(({ kind }) => kind === 'spm_model_file') ?? found[0]
  if (chosen === undefined) {
    const file = join(folder, '30k-clean.model')
    const message = `${folder}: there is no vocabulary: neither a SentencePiece model (30k-clean.model) nor a WordPiece list (vocab_chinese.txt).`
    throw new EngineFailure({ code: 'file-missing', file, message })
  }
  if (chosen.count > vocab_size) {
    const message = `${chosen.file}: it has ${chosen.count} pieces and the model's vocab_size is ${vocab_size}: it belongs to another model.`
    throw new EngineFailure({ code: 'bad-vocabulary', file: chosen.file, message })
  }
  return {
    spm_model_file: null,
    vocab_file: null,
    [chosen.kind]: chosen.file,
    vocabulary_pieces: chosen.count,
  }
}
