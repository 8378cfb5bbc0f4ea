// A request and lengths of some examples in, the plan of the run out: no file is read, and no library is loaded.
import { startShapes } from '../backends/native.ts'
import type { EngineQuestion } from '../spec/model-report.ts'
import type { RunPlan } from '../spec/run-plan.ts'
import { allowedMemory } from './check-memory.ts'
import { checkRequest } from './check-request.ts'
import { planWithFitting, sampledSteps } from './fitting.ts'
import { workloadOf } from './kinds/index.ts'

/** @throws EngineFailure 'bad-config' as the run would */
export async function planImagined({
  request: asked,
  lengths,
  dev_examples,
}: Omit<Extract<EngineQuestion, { ask: 'plan' }>, 'ask'>): Promise<RunPlan> {
  await startShapes()
  checkRequest(asked)
  const request = { ...asked, hyperparameters: sampledSteps(asked) }
  const workload = workloadOf(request)
  try {
    const { max_seq_length } = request.hyperparameters
    const cut = Int32Array.from(lengths, (length) => Math.min(length, max_seq_length))
    const split = workload.imagine(cut)
    const splits = {
      train: request.do_train ? split : null,
      dev: request.do_eval ? split : null,
      test: request.do_predict ? split : null,
    }
    const options = { allowed_bytes: allowedMemory(request.runtime) }
    const { plan } = planWithFitting(request, workload, splits, options)
    return { ...plan, evaluation_flops: (plan.evaluation_flops / split.examples) * dev_examples }
  } finally {
    workload.close()
  }
}
