// Weights and a batch in, the training loss and the gradient of every weight out.
import {
  mean,
  reshape,
  valueAndGrads,
  type Scalar,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core'
import { albert, lookUp } from '../model/albert.ts'
import type { Dropout } from '../model/dropout.ts'
import { logitsOf, type Head } from '../model/heads.ts'
import type { Params } from '../model/params.ts'
import type { Gradients, IndexedSlices } from '../optim/gradient.ts'
import type { AlbertConfig } from '../spec/albert-config.ts'
import type { BatchTensors } from './batch-tensors.ts'

const TABLES = {
  word: 'bert/embeddings/word_embeddings',
  token_type: 'bert/embeddings/token_type_embeddings',
} as const

/**
 * The mean loss of a batch and its gradients, not yet clipped. The two looked-up tables get theirs as rows: the clipping
 * norm is taken over these, and a whole table is only filled once, in the update.
 */
export function lossAndGradients(
  params: Params,
  batch: BatchTensors,
  { config, head, dropout }: { config: AlbertConfig; head: Head; dropout: Dropout },
): { loss: Scalar; gradients: Gradients } {
  const rows = lookUp(params, batch)
  const names = Object.keys(params).filter((name) => name !== TABLES.word && name !== TABLES.token_type)
  const loss = (word: Tensor, token_type: Tensor, ...values: Tensor[]): Scalar => {
    const weights = Object.fromEntries(names.map((name, index) => [name, values[index] as Tensor]))
    const embedded = { word: word as Tensor3D, token_type: token_type as Tensor3D }
    const { pooled_output } = albert(weights, embedded, batch.input_mask, config, dropout)
    const logits = logitsOf(weights, pooled_output, dropout)
    return mean(head.perExampleLoss(logits, batch.label_ids))
  }
  const inputs = [rows.word, rows.token_type, ...names.map((name) => params[name] as Tensor)]
  const { value, grads } = valueAndGrads(loss)(inputs)
  const [word, token_type, ...others] = grads as [Tensor, Tensor, ...Tensor[]]
  const gradients: Gradients = {
    [TABLES.word]: slices(word, batch.input_ids, params[TABLES.word]),
    [TABLES.token_type]: slices(token_type, batch.segment_ids, params[TABLES.token_type]),
  }
  names.forEach((name, index) => (gradients[name] = others[index] as Tensor))
  return { loss: value, gradients }
}

function slices(gradient: Tensor, ids: Tensor2D, table: Tensor | undefined): IndexedSlices {
  const width = gradient.shape.at(-1) ?? 0
  return {
    values: reshape(gradient, [ids.size, width]),
    indices: reshape(ids, [ids.size]),
    rows: table?.shape[0] ?? 0,
  }
}
