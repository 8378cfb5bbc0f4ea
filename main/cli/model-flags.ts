// The flags that name a model in, what a run needs to know of it out.
import { access, readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import { AlbertConfig } from '../../engine/spec/albert-config.ts'
import { configJson } from '../../engine/spec/config-json.ts'
import type { RunModel } from '../../engine/spec/run.ts'
import type { VocabularyFiles } from '../../engine/text/tokenizer.ts'
import { CommandFailure, EXIT, usageFailure } from './failure.ts'
import { flag, switchFlag } from './flags.ts'
import type { HostSession } from './host-session.ts'
import { modelNamed } from './model-named.ts'

export type ChosenModel = { model: RunModel; model_name: string }

/**
 * @param session whose models `--model` names
 * @throws CommandFailure that names the flag or the file at fault
 */
export async function modelFrom(values: Record<string, unknown>, session: HostSession): Promise<ChosenModel> {
  const given = (name: string): string | null => fileFrom(values[name])
  const named = values['model']
  if (typeof named === 'string') return fromStore(named, session, given('init_checkpoint'))
  const handle = values['albert_hub_module_handle']
  if (typeof handle === 'string' && handle !== '') {
    return fromStore(await idOfModule(handle, session), session, given('init_checkpoint'))
  }

  const config_file = given('albert_config_file')
  if (config_file === null) {
    throw usageFailure('Give --albert_config_file, or --model with one of those that `albert models` lists.')
  }
  const vocabulary = await vocabularyFrom(values)
  const init_checkpoint = given('init_checkpoint')
  if (init_checkpoint !== null) await expectFile('init_checkpoint', `${init_checkpoint}.index`)
  return {
    model: {
      albert_config: await configIn(config_file),
      spm_model_file: vocabulary.spm_model_file,
      vocab_file: vocabulary.vocab_file,
      init_checkpoint,
    },
    model_name:
      init_checkpoint === null ? basename(dirname(config_file)) : basename(dirname(init_checkpoint)),
  }
}

/** Adds the flags that `vocabularyFrom` reads. */
export function withVocabulary(command: Command): Command {
  const files = {
    spm_model_file: 'the SentencePiece model',
    vocab_file: 'the WordPiece vocabulary, where there is no SentencePiece model',
  }
  for (const [name, description] of Object.entries(files)) {
    command.addOption(flag(name, 'file', description, 'Vocabulary'))
  }
  return command.addOption(switchFlag('do_lower_case', true, 'lower-case the text', 'Vocabulary'))
}

/**
 * With both, the SentencePiece model is used and the vocabulary is named as ignored: the original's own scripts give both.
 * @throws CommandFailure unless one is given that can be read
 */
export async function vocabularyFrom(values: Record<string, unknown>): Promise<VocabularyFiles> {
  const spm_model_file = fileFrom(values['spm_model_file'])
  const given = fileFrom(values['vocab_file'])
  if (spm_model_file === null && given === null) {
    throw usageFailure('Give either --spm_model_file or --vocab_file, whichever lies beside the checkpoint.')
  }
  if (spm_model_file !== null && given !== null) {
    process.stderr.write('Ignored, for --spm_model_file is given: --vocab_file.\n')
  }
  const vocab_file = spm_model_file === null ? given : null
  for (const [flag, file] of Object.entries({ spm_model_file, vocab_file })) {
    if (file !== null) await expectFile(flag, file)
  }
  return { spm_model_file, vocab_file, do_lower_case: values['do_lower_case'] !== false }
}

/** An empty word is no file, as in the original. */
function fileFrom(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? resolve(value) : null
}

async function fromStore(
  given: string,
  { host, client }: HostSession,
  init_checkpoint: string | null,
): Promise<ChosenModel> {
  const { id, name, available } = await modelNamed(client, given)
  if (!available) throw new CommandFailure(`The files of ${name} are gone; import it again.`)
  const run = host.runModel(id)
  return { model: { ...run, init_checkpoint: init_checkpoint ?? run.init_checkpoint }, model_name: name }
}

/**
 * The model that was made of a TF-Hub module; what is no handle of the catalogue is what `--model` takes.
 * @throws CommandFailure that says how to fetch it
 */
async function idOfModule(handle: string, { client }: HostSession): Promise<string> {
  const catalogue = await client.call('catalogue.models', {})
  const module = catalogue.flatMap(({ hub }) => hub).find((one) => one.handle === handle.replace(/\/$/, ''))
  if (module === undefined) {
    if (!handle.includes('/')) return handle
    throw new CommandFailure(
      `--albert_hub_module_handle: ${handle} is no module of \`albert models catalogue\`. Import its folder with \`albert models import\`, and name the model with --model.`,
    )
  }
  const models = await client.call('models.list', {})
  const made = models.find(({ catalogue_id }) => catalogue_id === module.id)
  if (made !== undefined) return made.id
  throw new CommandFailure(
    `--albert_hub_module_handle: ${handle} is not on this machine; fetch it with \`albert models download ${module.id}\`.`,
  )
}

/** @throws CommandFailure that names the file and the field */
export async function configIn(file: string): Promise<AlbertConfig> {
  await expectFile('albert_config_file', file)
  const read = configJson(await readFile(file, 'utf8'))
  if ('problem' in read) throw new CommandFailure(`${file} is no ALBERT config: ${read.problem}.`)
  const parsed = AlbertConfig.safeParse(read.json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new CommandFailure(
    `${file} is no ALBERT config: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'unreadable'}.`,
  )
}

async function expectFile(flag: string, file: string): Promise<void> {
  await access(file).catch((cause: unknown) => {
    throw new CommandFailure(`--${flag}: ${file} cannot be read.`, EXIT.failure, { cause })
  })
}
