// A request in; nothing out, or the first thing about it that no run can succeed with.
import { activation } from '../model/activations.ts'
import { EngineFailure } from '../spec/errors.ts'
import { hyperparameterViolations } from '../spec/hyperparameters.ts'
import type { RunRequest } from '../spec/run.ts'
import type { Tokenizer } from '../text/tokenizer.ts'

/** @throws EngineFailure 'bad-config' naming the field */
export function checkRequest({
  task,
  model,
  hyperparameters,
  do_train,
  do_eval,
  do_predict,
}: RunRequest): void {
  const { albert_config } = model
  const violation = hyperparameterViolations(hyperparameters, albert_config.max_position_embeddings)[0]
  if (violation !== undefined) throw badConfig(violation.field, violation.message)
  if (!do_train && !do_eval && !do_predict) {
    throw badConfig('do_train', 'The run has nothing to do; choose do_train, do_eval or do_predict.')
  }
  const wanted = { train: do_train, dev: do_eval, test: do_predict }
  for (const split of ['train', 'dev', 'test'] as const) {
    if (wanted[split] && task.splits[split] === null && (split === 'train' || !do_train)) {
      throw badConfig(`splits.${split}`, `${task.name} has no ${split} file, and this run needs one.`)
    }
  }
  if (task.kind === 'classification' && !Number.isInteger(task.labels?.length)) {
    throw badConfig('labels', `${task.name} is a classification and lists no labels.`)
  }
  const pairs = Object.values(task.splits).some((split) => split !== null && split.columns.text_b !== null)
  if (pairs && albert_config.type_vocab_size < 2) {
    const message = `${task.name} has pairs of texts, and the model's type_vocab_size is ${albert_config.type_vocab_size}; it needs 2.`
    throw badConfig('type_vocab_size', message)
  }
  try {
    activation(albert_config.hidden_act)
  } catch (cause) {
    throw badConfig('hidden_act', cause instanceof Error ? cause.message : String(cause))
  }
}

/** The model must have a row for every id the tokenizer can give. @throws EngineFailure 'bad-config' */
export function checkVocabulary({ model }: RunRequest, tokenizer: Pick<Tokenizer, 'size'>): void {
  const { vocab_size } = model.albert_config
  if (tokenizer.size <= vocab_size) return
  const file = model.spm_model_file ?? model.vocab_file ?? ''
  const message = `${file} has ${tokenizer.size} pieces, and the model's vocab_size is ${vocab_size}; use the vocabulary that the model was made with.`
  throw badConfig('vocab_size', message)
}

function badConfig(field: string, message: string): EngineFailure {
  return new EngineFailure({ code: 'bad-config', field, message })
}
