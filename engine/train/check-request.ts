// A request in; nothing out, or the first thing about it that no run can succeed with.
import { activation } from '../model/activations.ts'
import { EngineFailure } from '../spec/errors.ts'
import { hyperparameterViolations } from '../spec/hyperparameters.ts'
import type { RunRequest } from '../spec/run.ts'
import { say, type Said } from '../spec/sentences.ts'
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
  if (violation !== undefined) throw badConfig(violation.field, violation)
  if (!do_train && !do_eval && !do_predict) {
    throw badConfig('do_train', say('run-nothing-to-do'))
  }
  const wanted = { train: do_train, dev: do_eval, test: do_predict }
  for (const split of ['train', 'dev', 'test'] as const) {
    if (wanted[split] && task.splits[split] === null && (split === 'train' || !do_train)) {
      throw badConfig(`splits.${split}`, say('run-lacks-split', { task: task.name, split }))
    }
  }
  if (task.kind === 'classification' && !Number.isInteger(task.labels?.length)) {
    throw badConfig('labels', say('run-lacks-labels', { task: task.name }))
  }
  const pairs = Object.values(task.splits).some((split) => split !== null && split.columns.text_b !== null)
  if (pairs && albert_config.type_vocab_size < 2) {
    const { type_vocab_size } = albert_config
    throw badConfig('type_vocab_size', say('run-lacks-segments', { task: task.name, type_vocab_size }))
  }
  try {
    activation(albert_config.hidden_act)
  } catch (cause) {
    throw badConfig('hidden_act', { message: cause instanceof Error ? cause.message : String(cause) })
  }
}

/** The model must have a row for every id the tokenizer can give. @throws EngineFailure 'bad-config' */
export function checkVocabulary({ model }: RunRequest, tokenizer: Pick<Tokenizer, 'size'>): void {
  const { vocab_size } = model.albert_config
  if (tokenizer.size <= vocab_size) return
  const file = model.spm_model_file ?? model.vocab_file ?? ''
  throw badConfig('vocab_size', say('run-vocabulary-larger', { file, pieces: tokenizer.size, vocab_size }))
}

function badConfig(field: string, { message, fault }: Pick<Said, 'message'> & Partial<Said>): EngineFailure {
  return new EngineFailure({ code: 'bad-config', field, message, fault })
}
