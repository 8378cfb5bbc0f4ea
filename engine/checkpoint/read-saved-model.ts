// A TF-Hub module or a SavedModel in, its config, its vocabulary and its variables under the original's names out.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { backboneParams } from '../model/params.ts'
import { AlbertConfig } from '../spec/albert-config.ts'
import { EngineFailure } from '../spec/errors.ts'
import type { ModelNote } from '../spec/model-report.ts'
import { badCheckpoint } from './bad-checkpoint.ts'
import { openBundle, readTensor, type Bundle } from './bundle-reader.ts'
import type { NamedTensor } from './named-tensor.ts'
import { fullNames } from './object-graph.ts'
import { unseenFields } from './published-sizes.ts'
import { findConfig, findVocabulary } from './released.ts'
import { fieldsOfShapes } from './shape-fields.ts'

export type SavedModel = {
  albert_config: AlbertConfig
  /** Null where the config was made from the shapes. */
  albert_config_file: string | null
  spm_model_file: string | null
  vocab_file: string | null
  tensors: NamedTensor[]
  notes: ModelNote[]
}

/**
 * Variables are known by their names: those of TF1 modules are the original's own, those of TF2 stand in the object graph.
 * Without names they are taken in the order in which the original creates them, where every shape agrees.
 * @throws EngineFailure 'bad-checkpoint', 'bad-config', 'bad-vocabulary' or 'file-missing'
 */
export async function readSavedModel(folder: string): Promise<SavedModel> {
  const bundle = await openBundle(join(folder, 'variables', 'variables'))
  const assets = await assetsOf(folder)
  const given = await configIn([assets, folder])
  const named = await namesOf(bundle, given?.albert_config ?? null)
  const shapes = [...named].flatMap(([name, key]) => {
    const variable = bundle.variables.get(key)
    return variable === undefined ? [] : [{ name, shape: variable.shape }]
  })
  const albert_config = given?.albert_config ?? configOfShapes(bundle.prefix, shapes)
  const vocabulary = await findVocabulary(assets, await filesIn(assets), albert_config.vocab_size)
  const tensors: NamedTensor[] = []
  for (const [name, key] of named) tensors.push({ ...(await readTensor(bundle, key)), name })
  return {
    albert_config,
    albert_config_file: given?.albert_config_file ?? null,
    ...vocabulary,
    tensors,
    notes: given === null ? [fromShapes(albert_config)] : [],
  }
}

async function assetsOf(folder: string): Promise<string> {
  const assets = join(folder, 'assets')
  return stat(assets).then(
    (found) => (found.isDirectory() ? assets : folder),
    () => folder,
  )
}

async function configIn(folders: readonly string[]) {
  for (const folder of folders) {
    try {
      return await findConfig(folder, await filesIn(folder))
    } catch (error) {
      if (!(error instanceof EngineFailure) || error.error.code !== 'file-missing') throw error
    }
  }
  return null
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .sort()
}

/** The original's name → the key of the bundle. */
async function namesOf(bundle: Bundle, config: AlbertConfig | null): Promise<Map<string, string>> {
  const full = await fullNames(bundle)
  const named = new Map<string, string>()
  for (const key of bundle.variables.keys()) {
    const name = originalName(full.get(key) ?? key)
    if (name !== null && !named.has(name)) named.set(name, key)
  }
  return named.has(WORD_TABLE) ? named : inOrder(bundle, config)
}

const WORD_TABLE = 'bert/embeddings/word_embeddings'

/** What stands before `bert/` or `cls/`, such as `module/`, is where a program kept the model. The optimizer's are none. */
function originalName(name: string): string | null {
  const [, original] = /^(?:.*\/)?((?:bert|cls)\/.+)$/.exec(name) ?? []
  return original === undefined || /\/adam_[mv]$|\.OPTIMIZER_SLOT/.test(name) ? null : original
}

/** Without names: keys by their numbers, and the variables of the encoder by theirs, must have one shape after the other. */
function inOrder(bundle: Bundle, config: AlbertConfig | null): Map<string, string> {
  const keys = [...bundle.variables.values()]
    .filter(({ dtype, name }) => dtype === 'float32' && !name.includes('.OPTIMIZER_SLOT'))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
  const unknown = `its variables (${keys
    .slice(0, 3)
    .map(({ name }) => name)
    .join(', ')}, …) are not named as in an ALBERT`
  if (config === null) {
    throw badCheckpoint(
      `${bundle.prefix}.index`,
      `${unknown}. Put the albert_config.json that belongs to it into its assets folder, and they are taken by their order and shapes.`,
    )
  }
  const named = new Map<string, string>()
  for (const [at, { name, shape }] of backboneParams(config).entries()) {
    const found = keys[at]
    if (found === undefined || found.shape.join() !== shape.join()) {
      const has = found === undefined ? 'nothing' : `${found.name} [${found.shape.join(', ')}]`
      throw badCheckpoint(
        `${bundle.prefix}.index`,
        `${unknown}, and they are not in its order: where ${name} [${shape.join(', ')}] should be, there is ${has}.`,
      )
    }
    named.set(name, found.name)
  }
  return named
}

function configOfShapes(
  prefix: string,
  shapes: readonly { name: string; shape: readonly number[] }[],
): AlbertConfig {
  const seen = fieldsOfShapes(shapes)
  const { hidden_size = 0, vocab_size = 0 } = seen
  const unseen = unseenFields({ hidden_size, vocab_size })
  if (unseen === null) {
    const message = `${prefix}.index: there is no albert_config.json, and shapes do not show how many layers and heads a model with hidden_size ${hidden_size} and vocab_size ${vocab_size} has. Put its albert_config.json into its assets folder.`
    throw new EngineFailure({ code: 'bad-config', field: 'num_attention_heads', message })
  }
  const parsed = AlbertConfig.safeParse({ ...seen, ...unseen })
  if (parsed.success) return parsed.data
  throw badCheckpoint(`${prefix}.index`, 'its variables are not those of one ALBERT.')
}

function fromShapes(config: AlbertConfig): ModelNote {
  return {
    code: 'config-from-shapes',
    message: `There was no albert_config.json: sizes are those of the weights; ${config.num_hidden_layers} layers, ${config.num_attention_heads} heads and ${String(config.hidden_act)} are those of the published model of this size, and dropout is 0.`,
  }
}
