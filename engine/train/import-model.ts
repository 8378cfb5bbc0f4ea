// A folder with a model in any known layout in, the model in the released layout and a report about it out.
import path from 'node:path'
import { collectGarbage } from '../backends/collect-garbage.ts'
import { startNative } from '../backends/native.ts'
import { badCheckpoint } from '../checkpoint/bad-checkpoint.ts'
import { openBundle, type Bundle } from '../checkpoint/bundle-reader.ts'
import { checkValues } from '../checkpoint/check-values.ts'
import { publishedHeads } from '../checkpoint/published-sizes.ts'
import { compareWithBundle } from '../checkpoint/restore.ts'
import { settleModel, type SettledModel } from '../checkpoint/settle-model.ts'
import { backboneParams } from '../model/params.ts'
import { EngineFailure } from '../spec/errors.ts'
import type { EngineProgress, EngineQuestion, ModelNote, ModelReport, Probe } from '../spec/model-report.ts'
import { Runtime } from '../spec/runtime.ts'
import { loadTokenizer } from '../text/tokenizer.ts'
import { openParams } from './params-in-file.ts'
import { probe, probeParams } from './probe.ts'

type Request = Omit<Extract<EngineQuestion, { ask: 'import-model' }>, 'ask'>

/**
 * Every value is read once, a piece at a time: against its checksum, for its norm and for what is no number. Then the model is asked
 * for hidden words, with its largest weights still in the file. So an import takes less memory than a large model has weights.
 * @throws EngineFailure as the readers of each layout do, and 'bad-checkpoint' for missing weights and for values that are no numbers
 */
export async function importModel(
  { source, target, gelu }: Request,
  onProgress: (progress: EngineProgress) => void,
): Promise<ModelReport> {
  onProgress({ phase: 'reading', done: 0, total: null })
  const model = await settleModel(source, target, { gelu })
  collectGarbage() // a model of another layout was in memory
  const { albert_config } = model
  const bundle = await openBundle(model.init_checkpoint)
  const { missing } = compareWithBundle(backboneParams(albert_config), bundle)
  if (missing.length > 0) throw badCheckpoint(bundle.prefix, `it lacks ${missing.join(', ')}.`)
  const variables = await checkValues(bundle, (done, total) => onProgress({ phase: 'checking', done, total }))
  onProgress({ phase: 'probing', done: 0, total: null })
  const reason = await whyNoProbe(bundle, model)
  return {
    form: model.form,
    albert_config,
    albert_config_file: path.basename(model.albert_config_file),
    spm_model_file: model.spm_model_file && path.basename(model.spm_model_file),
    vocab_file: model.vocab_file && path.basename(model.vocab_file),
    init_checkpoint: path.basename(model.init_checkpoint),
    vocabulary_pieces: model.vocabulary_pieces,
    variables,
    probes: reason === null ? await probesOf(bundle, model) : [],
    notes: [...model.notes, ...notesOn(model), ...(reason === null ? [] : [noProbe(reason)])],
  }
}

async function probesOf(bundle: Bundle, model: SettledModel): Promise<Probe[]> {
  const { albert_config } = model
  const tokenizer = await loadTokenizer({ ...model, do_lower_case: true })
  try {
    const specs = [...backboneParams(albert_config), ...probeParams(albert_config)]
    const { params, close } = await openParams(bundle, specs)
    try {
      return probe(params, tokenizer, albert_config)
    } finally {
      close()
    }
  } finally {
    tokenizer.close()
  }
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
