// A batch in pieces: (weights and sums, piece, key) in, the sums after it out; and of all sums one update, the same as of the whole batch.
import {
  add,
  clone,
  greater,
  mul,
  where,
  type Scalar,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core'
import { dropoutPlaces, type ModelInputs } from '../model/albert.ts'
import { keyedDropout } from '../model/dropout.ts'
import { HEAD_DROPOUT_PLACES, type Head } from '../model/head.ts'
import type { Params } from '../model/params.ts'
import { region } from '../model/region.ts'
import { densified, squaresOf, type Gradients } from '../optim/gradient.ts'
import type { LossScale } from '../optim/loss-scale.ts'
import { learningRate } from '../optim/schedule.ts'
import type { AlbertConfig } from '../spec/albert-config.ts'
import type { Hyperparameters } from '../spec/hyperparameters.ts'
import { lossAndGradients } from './gradients.ts'
import type { TrainState } from './state.ts'
import { OPTIMIZERS, updated, type StepResult } from './train-step.ts'

/** What the pieces so far add up to. */
export type Sums = {
  loss: Scalar
  /** Of each variable that the loss hangs on. */
  gradients: Params
  /** Of each looked-up table, the squares of its rows before rows of the same id were added up: the clipping norm counts them so. */
  row_squares: Record<string, Scalar>
}

type Parts<Batch extends ModelInputs> = {
  head: Pick<Head<Batch, unknown>, 'loss'>
  config: AlbertConfig
  hyperparameters: Pick<Hyperparameters, 'optimizer' | 'learning_rate' | 'warmup_step' | 'train_step'>
}

export type PieceState = { params: Params; sums: Sums; loss_scale?: LossScale }
export type PieceResult = { state: { sums: Sums }; loss: Scalar }

/**
 * Forward and backward over one piece. A gradient that the sums do not have is begun by it.
 * @returns a function of the state, the piece, the key of its dropout, and what is kept of the sums: 0 for the first piece, else 1
 */
export function accumulateStepOf<Batch extends ModelInputs>({
  head,
  config,
}: Omit<Parts<Batch>, 'hyperparameters'>) {
  return (
    { params, sums, loss_scale }: PieceState,
    batch: Batch,
    key: Tensor1D,
    kept: Scalar,
  ): PieceResult => {
    const added = loss_scale === undefined ? sumOf : sumOfFinite
    const dropout = keyedDropout(key, dropoutPlaces(config) + HEAD_DROPOUT_PLACES)
    const { loss, gradients } = lossAndGradients(params, batch, { config, head, dropout, loss_scale })
    const next: Sums = { loss: added(sums.loss, loss, kept), gradients: {}, row_squares: {} }
    for (const [name, gradient] of Object.entries(gradients)) {
      next.gradients[name] = added(sums.gradients[name], densified(gradient), kept)
      if ('indices' in gradient)
        next.row_squares[name] = added(sums.row_squares[name], squaresOf(gradient), kept)
    }
    return { state: { sums: next }, loss: clone(next.loss) }
  }
}

function sumOf<T extends Tensor>(before: T | undefined, now: T, kept: Scalar): T {
  return before === undefined ? now : region('add_piece', () => add<T>(mul(before, kept), now))()
}

/** The same where sums may be left that are not finite, of an update that was not made: 0 times infinity is no 0. */
function sumOfFinite<T extends Tensor>(before: T | undefined, now: T, kept: Scalar): T {
  return before === undefined
    ? now
    : region('add_piece', () => where<T>(greater(kept, 0), add(before, now), now))()
}

export type SummedState = TrainState & { sums: Sums }

/** Clips what the pieces add up to and updates the weights by it. */
export function applyStepOf<Batch extends ModelInputs>({
  hyperparameters,
}: Pick<Parts<Batch>, 'hyperparameters'>) {
  const optimizer = OPTIMIZERS[hyperparameters.optimizer]
  return ({ sums, ...state }: SummedState): StepResult => {
    const gradients: Gradients = {}
    for (const [name, total] of Object.entries(sums.gradients)) {
      const squares = sums.row_squares[name]
      gradients[name] = squares === undefined ? total : { total, squares }
    }
    const learning_rate = learningRate(state.step, hyperparameters)
    const { state: next, ...judged } = updated(state, gradients, learning_rate, optimizer)
    return { state: next, loss: clone(sums.loss), learning_rate, ...judged }
  }
}
