// How the examples of a split lie in rows and a way to make their batches in, what every kind's split tells and offers of that out.
import { evaluationPlan } from '../data/evaluation-plan.ts'
import { trainingPlan, type Planned } from '../data/batch-plan.ts'
import type { Tree } from '../jit/tree.ts'
import type { ModelInputs } from '../model/albert.ts'
import type { Hyperparameters } from '../spec/hyperparameters.ts'
import { answerDemand, expectAnswers } from './answers.ts'
import type { Steps } from './steps.ts'
import { updatesOn, type MakeBatch } from './update-on.ts'
import type { Split } from './workload.ts'

export function plannedSplit<Batch extends ModelInputs, Answers extends Tree>(
  steps: Steps<Batch, Answers>,
  planned: Planned,
  knobs: Pick<Hyperparameters, 'train_batch_size' | 'train_step' | 'seed'>,
  batch: MakeBatch<Batch>,
): Pick<Split, 'lengths' | 'items' | 'row_use' | 'updates' | 'answerDemand' | 'expectAnswers'> {
  const { lengths, items, use } = planned
  return {
    lengths,
    items,
    row_use: use,
    updates: updatesOn(
      steps,
      knobs.train_batch_size,
      (pieces) => trainingPlan(planned, knobs, pieces),
      batch,
    ),
    answerDemand: (params, batch_size) =>
      answerDemand(steps.answer, params, evaluationPlan(planned, batch_size), batch),
    expectAnswers: (params, batch_size) =>
      expectAnswers(steps.answer, params, evaluationPlan(planned, batch_size), batch),
  }
}
