// A folder that somebody gave in, the one model in it out: in which layout it is, and where. By what files hold, not by names.
import { readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { EngineFailure } from '../spec/errors.ts'
import type { ModelForm } from '../spec/model-report.ts'
import { badCheckpoint } from './bad-checkpoint.ts'
import { openBundle } from './bundle-reader.ts'
import { codeOf } from './durable-file.ts'
import { isHuggingFace } from './read-hugging-face.ts'

export type FoundModel = { form: ModelForm; folder: string }

/** An archive's folder, a folder around it, and a module's folder of variables. */
const DEEPEST = 4
const MOST_FOLDERS = 200

/** @throws EngineFailure 'bad-checkpoint' that says what is missing, or names the several models there are */
export async function recogniseModel(folder: string): Promise<FoundModel> {
  const found: FoundModel[] = []
  const problems: string[] = []
  for (const each of await foldersBelow(folder)) {
    const form = await formOf(each, problems)
    if (form !== null) found.push({ form, folder: each })
  }
  const [first, ...others] = found
  if (first === undefined) throw badCheckpoint(folder, nothingFound(problems))
  if (others.length === 0) return first
  const places = found.map((model) => relative(folder, model.folder) || '.').join(', ')
  throw badCheckpoint(folder, `it holds several models (${places}): give the folder of one.`)
}

/** The folder itself first, then what is in it; a module's own folders are part of it. */
async function foldersBelow(folder: string): Promise<string[]> {
  const folders = [folder]
  let level = [folder]
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const below: string[] = []
    for (const each of level) {
      const entries = await entriesOf(each)
      if (await isFile(join(each, MODULE_INDEX))) continue
      below.push(...entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(each, name)))
    }
    level = below.sort().slice(0, MOST_FOLDERS - folders.length)
    folders.push(...level)
  }
  return folders
}

const MODULE_INDEX = join('variables', 'variables.index')

async function formOf(folder: string, problems: string[]): Promise<ModelForm | null> {
  if (await isFile(join(folder, MODULE_INDEX))) return 'saved-model'
  const names = (await entriesOf(folder)).filter((entry) => !entry.isDirectory()).map(({ name }) => name)
  for (const name of names.filter((each) => each.endsWith('.index'))) {
    try {
      const { variables } = await openBundle(join(folder, name.slice(0, -'.index'.length)))
      if ([...variables.keys()].some((variable) => variable.startsWith('bert/'))) return 'released'
      problems.push(`${name} holds no variable of an ALBERT.`)
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw error
      problems.push(error.message)
    }
  }
  return (await isHuggingFace(folder)) ? 'hugging-face' : null
}

function nothingFound(problems: readonly string[]): string {
  const why = problems.length === 0 ? '' : ` ${problems.join(' ')}`
  return `there is no ALBERT in it.${why} A model is a released folder (albert_config.json, model.ckpt-best.index, model.ckpt-best.data-00000-of-00001 and a vocabulary), a Hugging Face folder (config.json that says albert, model.safetensors, spiece.model) or a TF-Hub or SavedModel folder (variables/variables.index with its data, and assets).`
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}

async function entriesOf(folder: string) {
  return readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw badCheckpoint(folder, `it cannot be read (${codeOf(error)}).`, { cause: error })
  })
}
