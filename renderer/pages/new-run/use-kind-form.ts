// A kind of task and what its knobs begin with in, the state of the form of these knobs out; null for kinds that have none of their own.
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { Hyperparameters } from '../../../engine/spec/hyperparameters.ts'
import {
  ExtractiveQaHyperparameters,
  kindViolations,
  MultipleChoiceHyperparameters,
  type KindHyperparameters,
} from '../../../engine/spec/kind-hyperparameters.ts'
import type { TaskKind } from '../../../engine/spec/task-spec.ts'
import { useSpecForm, type SpecFormState } from '../../forms/use-spec-form.ts'

export type KindForm = {
  /** For drawing; which knobs they are does not matter there. */
  state: SpecFormState<unknown>
  /** The knobs as a job takes them; rejects nothing: a fault is in `state.faults`. */
  chosen: KindHyperparameters
  fill: (values: Required<KindHyperparameters>) => void
}

/** @param reference what the recipe says, which changes are told against */
export function useKindForm(
  kind: TaskKind | undefined,
  initial: Required<KindHyperparameters>,
  reference: Required<KindHyperparameters>,
  { max_seq_length }: Pick<Hyperparameters, 'max_seq_length'>,
): KindForm | null {
  const { t } = useTranslation('fields')
  const rules = useCallback(
    (knobs: KindHyperparameters) =>
      kindViolations({ max_seq_length }, knobs).map(({ field, rule }) => ({
        field: field.slice(field.indexOf('.') + 1),
        message: t(`rules.${rule}`, {
          max_seq_length,
          max_query_length: knobs.extractive_qa?.max_query_length,
          most: Math.max(1, max_seq_length - 4),
        }),
      })),
    [t, max_seq_length],
  )
  const answerRules = useCallback(
    (extractive_qa: ExtractiveQaHyperparameters) => rules({ extractive_qa }),
    [rules],
  )
  const choiceRules = useCallback(
    (multiple_choice: MultipleChoiceHyperparameters) => rules({ multiple_choice }),
    [rules],
  )
  const answers = useSpecForm(
    ExtractiveQaHyperparameters,
    initial.extractive_qa ?? {},
    reference.extractive_qa ?? {},
    answerRules,
  )
  const choices = useSpecForm(
    MultipleChoiceHyperparameters,
    initial.multiple_choice ?? {},
    reference.multiple_choice ?? {},
    choiceRules,
  )
  const fill = (values: Required<KindHyperparameters>): void => {
    answers.fill(values.extractive_qa ?? {})
    choices.fill(values.multiple_choice ?? {})
  }
  if (kind === 'extractive-qa') return { state: answers, chosen: { extractive_qa: answers.values }, fill }
  if (kind === 'multiple-choice') return { state: choices, chosen: { multiple_choice: choices.values }, fill }
  return null
}
