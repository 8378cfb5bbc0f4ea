// Weights and a batch in, what the head says of it out; no dropout.
import { encoderOn, lookUp, type ModelInputs } from '../model/albert.ts'
import { noDropout } from '../model/dropout.ts'
import type { Head } from '../model/head.ts'
import type { Params } from '../model/params.ts'
import type { AlbertConfig } from '../spec/albert-config.ts'

/** The step of evaluation and prediction, a pure function over tensors. */
export function evalStepOf<Batch extends ModelInputs, Answers>({
  head,
  config,
}: {
  head: Pick<Head<Batch, Answers>, 'answers'>
  config: AlbertConfig
}): (params: Params, batch: Batch) => Answers {
  return (params, batch) => {
    const encoder = encoderOn(params, lookUp(params, batch), batch, config, noDropout)
    return head.answers(params, encoder, batch, config)
  }
}
