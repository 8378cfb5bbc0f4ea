// Hugging Face's config.json in, ours out, and back: the same numbers under mostly the same names, and the gelu difference.
import { z } from 'zod'
import { AlbertConfig } from '../spec/albert-config.ts'
import { EngineFailure } from '../spec/errors.ts'
import type { GeluReading } from '../spec/model-report.ts'

const SHARED = [
  'vocab_size',
  'embedding_size',
  'hidden_size',
  'num_hidden_layers',
  'num_hidden_groups',
  'num_attention_heads',
  'intermediate_size',
  'inner_group_num',
  'hidden_dropout_prob',
  'attention_probs_dropout_prob',
  'max_position_embeddings',
  'type_vocab_size',
  'initializer_range',
] as const

/** Their constructor's defaults, which files written by a library leave out only in old versions. */
const THEIR_DEFAULTS = {
  num_hidden_groups: 1,
  inner_group_num: 1,
  hidden_act: 'gelu_new',
  type_vocab_size: 2,
}

const TANH_FORMS = ['gelu_new', 'gelu_pytorch_tanh', 'gelu_fast', 'gelu_python_tanh']

/**
 * @param gelu 'tanh' when the weights are known to be the published ones, which were trained with the tanh form whatever
 * the file says; otherwise the erf form is refused, for the outputs would differ by up to 4.7e-4 in every activation
 * @throws EngineFailure 'bad-config' naming the file and the field
 */
export function configFromHuggingFace(json: unknown, file: string, gelu: GeluReading): AlbertConfig {
  const theirs = z.looseObject({ model_type: z.string() }).safeParse(json)
  if (!theirs.success || theirs.data.model_type !== 'albert')
    throw badConfig(file, 'model_type', 'it is not the config of an ALBERT')
  const config: Record<string, unknown> = { ...THEIR_DEFAULTS, ...theirs.data }
  const epsilon = config['layer_norm_eps'] ?? 1e-12
  if (epsilon !== 1e-12)
    throw badConfig(file, 'layer_norm_eps', `it is ${JSON.stringify(epsilon)} and the model here has 1e-12`)
  const positions = config['position_embedding_type'] ?? 'absolute'
  if (positions !== 'absolute')
    throw badConfig(
      file,
      'position_embedding_type',
      `it is ${JSON.stringify(positions)} and the model here has absolute positions`,
    )
  const parsed = AlbertConfig.safeParse({
    ...Object.fromEntries(SHARED.map((field) => [field, config[field]])),
    hidden_act: ourActivation(config['hidden_act'], file, gelu),
  })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw badConfig(file, issue?.path.join('.') ?? '', issue?.message ?? 'it is not as expected')
}

function ourActivation(theirs: unknown, file: string, gelu: GeluReading): string {
  if (typeof theirs === 'string' && TANH_FORMS.includes(theirs)) return 'gelu'
  if (theirs === 'relu' || theirs === 'tanh' || theirs === 'linear') return theirs
  if (theirs !== 'gelu')
    throw badConfig(file, 'hidden_act', `${JSON.stringify(theirs)} is not an activation that ALBERT has`)
  if (gelu === 'tanh') return 'gelu'
  throw badConfig(
    file,
    'hidden_act',
    'gelu there is the erf form and the model here computes the tanh form. For the published weights, which were trained with the tanh form, import again and say so; a model fine-tuned with the erf form would give slightly other outputs',
  )
}

export type HeadKind =
  | 'AlbertForSequenceClassification'
  | 'AlbertForMultipleChoice'
  | 'AlbertForQuestionAnswering'
  | 'AlbertForPreTraining'
  | 'AlbertModel'

/** @param labels in id order; null for a regression or a head without labels */
export function configToHuggingFace(
  config: AlbertConfig,
  head: HeadKind,
  labels: readonly string[] | null,
): Record<string, unknown> {
  const act = (config.hidden_act ?? 'linear').toLowerCase() || 'linear'
  return {
    architectures: [head],
    model_type: 'albert',
    ...Object.fromEntries(SHARED.map((field) => [field, config[field]])),
    hidden_act: act === 'gelu' ? 'gelu_new' : act,
    layer_norm_eps: 1e-12,
    position_embedding_type: 'absolute',
    classifier_dropout_prob: 0.1, // the original's heads have it whatever the config says
    pad_token_id: 0,
    bos_token_id: 2,
    eos_token_id: 3,
    dtype: 'float32',
    torch_dtype: 'float32',
    ...labelFields(head, labels),
  }
}

function labelFields(head: HeadKind, labels: readonly string[] | null): Record<string, unknown> {
  if (head !== 'AlbertForSequenceClassification') return {}
  const names = labels ?? ['LABEL_0']
  return {
    num_labels: names.length,
    id2label: Object.fromEntries(names.map((label, id) => [String(id), label])),
    label2id: Object.fromEntries(names.map((label, id) => [label, id])),
    problem_type: labels === null ? 'regression' : 'single_label_classification',
  }
}

function badConfig(file: string, field: string, sentence: string): EngineFailure {
  return new EngineFailure({ code: 'bad-config', field, message: `${file}: ${field}: ${sentence}.` })
}
