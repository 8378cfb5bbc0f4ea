// Weights and a batch in, the training loss and the gradient of every weight it hangs on out.
import {
  add,
  engine,
  reshape,
  unsortedSegmentSum,
  type Scalar,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core'
import { encoderOn, lookUp, type ModelInputs } from '../model/albert.ts'
import type { Dropout } from '../model/dropout.ts'
import type { Head } from '../model/head.ts'
import type { Params } from '../model/params.ts'
import type { Gradient, Gradients, IndexedSlices } from '../optim/gradient.ts'
import { unscaled, type LossScale } from '../optim/loss-scale.ts'
import type { AlbertConfig } from '../spec/albert-config.ts'

const TABLES = {
  word: 'bert/embeddings/word_embeddings',
  token_type: 'bert/embeddings/token_type_embeddings',
} as const

/**
 * The loss of a batch and its gradients, not yet clipped. The two looked-up tables get theirs as rows: the clipping
 * norm is taken over these, and a whole table is only filled once, in the update. A head that uses a table as weights too
 * makes its gradient a whole one, rows added up. A variable that the loss does not hang on has no gradient.
 * @param loss_scale what is between the loss and the gradients is larger by this; neither of the two is
 */
export function lossAndGradients<Batch extends ModelInputs>(
  params: Params,
  batch: Batch,
  {
    config,
    head,
    dropout,
    loss_scale,
  }: {
    config: AlbertConfig
    head: Pick<Head<Batch, unknown>, 'loss'>
    dropout: Dropout
    loss_scale?: LossScale | undefined
  },
): { loss: Scalar; gradients: Gradients } {
  const rows = lookUp(params, batch)
  const names = Object.keys(params)
  const inputs = [rows.word, rows.token_type, ...Object.values(params)]
  const forward = (): Scalar => {
    const encoder = encoderOn(params, rows, batch, config, dropout)
    return head.loss(params, encoder, batch, config, dropout)
  }
  const { value, grads } = engine().gradients<Scalar>(forward, inputs, loss_scale?.scale)
  const [word, token_type, ...whole] = grads as [Tensor3D, Tensor3D, ...(Tensor | undefined)[]]
  const gradients: Gradients = {}
  names.forEach((name, index) => {
    const gradient = whole[index]
    if (gradient !== undefined) gradients[name] = gradient
  })
  for (const [name, looked_up] of [
    [TABLES.word, slices(word, batch.input_ids, params[TABLES.word])],
    [TABLES.token_type, slices(token_type, batch.segment_ids, params[TABLES.token_type])],
  ] as const) {
    gradients[name] = joined(looked_up, gradients[name])
  }
  return { loss: value, gradients: loss_scale === undefined ? gradients : unscaled(gradients, loss_scale) }
}

function slices(gradient: Tensor, ids: Tensor2D, table: Tensor | undefined): IndexedSlices {
  const width = gradient.shape.at(-1) ?? 0
  return {
    values: reshape(gradient, [ids.size, width]),
    indices: reshape(ids, [ids.size]),
    rows: table?.shape[0] ?? 0,
  }
}

function joined({ values, indices, rows }: IndexedSlices, whole: Gradient | undefined): Gradient {
  if (whole === undefined || 'indices' in whole) return { values, indices, rows }
  return add(whole, unsortedSegmentSum(values, indices, rows))
}
