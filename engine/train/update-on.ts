// The compiled or eager steps of a kind and a way to make its batches in, the updates that a split offers to training out.
import {
  dispose,
  scalar,
  tensor1d,
  tidy,
  zeros,
  type Scalar,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core'
import { piecesOf, type TrainingPlan } from '../data/batch-plan.ts'
import type { Layout } from '../data/pack-rows.ts'
import { largest, type Demand } from '../jit/demand.ts'
import type { ModelInputs } from '../model/albert.ts'
import { randomBits } from '../spec/random-bits.ts'
import type { PieceState, Sums } from './accumulate-step.ts'
import type { TrainState } from './state.ts'
import type { TrainSteps } from './steps.ts'
import type { Updates } from './workload.ts'

/** Of a batch or, with `whole`, of a piece of one with so many examples. The tensors are disposed after the step. */
export type MakeBatch<Batch> = (
  indexes: ArrayLike<number>,
  layout: Layout,
  answers: number,
  whole?: number,
) => Batch

/** @param whole examples of a batch @param planFor how the pieces of batches lie in rows */
export function updatesOn<Batch extends ModelInputs>(
  steps: TrainSteps<Batch>,
  whole: number,
  planFor: (pieces: number) => TrainingPlan,
  batch: MakeBatch<Batch>,
): (pieces: number) => Updates {
  return (pieces) => {
    const plan = planFor(pieces)
    return pieces === 1
      ? wholeUpdates(steps, plan, batch)
      : pieceUpdates(steps, plan, batch, { pieces, whole })
  }
}

function wholeUpdates<Batch extends ModelInputs>(
  { update }: TrainSteps<Batch>,
  plan: TrainingPlan,
  batch: MakeBatch<Batch>,
): Updates {
  const make = (indexes: Uint32Array): Batch => batch(indexes, plan.layoutOf(indexes), indexes.length)
  return {
    plan,
    update: (state, indexes, key) => {
      const tensors = make(indexes)
      const result = tidy(() => update(state, tensors, key))
      dispose(tensors)
      return result
    },
    expect: (state, batches) => {
      for (const indexes of oneOfEachShape(plan, batches)) {
        const tensors = { batch: make(indexes), key: keyOf(0, 0) }
        update.expect(state, tensors.batch, tensors.key)
        dispose(tensors)
      }
    },
    demand: (state, batches) =>
      onAverage(
        plan,
        oneOfEachShape(plan, batches).map((indexes) => {
          const tensors = { batch: make(indexes), key: keyOf(0, 0) }
          const demand = update.demand(state, tensors.batch, tensors.key)
          dispose(tensors)
          return demand
        }),
      ),
    close: () => undefined,
  }
}

/** Each piece is a call that adds its gradients to sums, which are kept where the weights are; one more call updates by them. */
function pieceUpdates<Batch extends ModelInputs>(
  { accumulate, apply }: TrainSteps<Batch>,
  plan: TrainingPlan,
  batch: MakeBatch<Batch>,
  { pieces, whole }: { pieces: number; whole: number },
): Updates {
  let sums: Sums | null = null
  type Fed = { batch: Batch; key: Tensor1D; kept: Scalar }
  const feed = (indexes: Uint32Array, key: readonly [number, number], isFirst: boolean): Fed => ({
    batch: batch(indexes, plan.layoutOf(indexes), Math.ceil(whole / pieces), whole),
    key: keyOf(...key),
    kept: scalar(isFirst ? 0 : 1),
  })
  /** As the first piece of all finds them: empty, in the forms of the gradients that there are. */
  const sumsFor = (state: TrainState, fed: Fed): Sums => (sums ??= empty(formsOf(accumulate, state, fed)))
  const onEachShape = <T>(batches: Iterable<Uint32Array>, ask: (fed: Fed) => T): T[] =>
    oneOfEachShape(plan, inPieces(batches, pieces)).map((indexes) => {
      const fed = feed(indexes, [0, 0], true)
      const asked = ask(fed)
      dispose(fed)
      return asked
    })
  return {
    plan,
    update: (state, indexes, key) => {
      const [seed = 0, step = 0] = key.dataSync()
      piecesOf(indexes, pieces).forEach((piece, at) => {
        const fed = feed(piece, [keyOfPiece(seed, at), step], at === 0)
        const before = sumsFor(state, fed)
        const result = tidy(() => accumulate(ofPiece(state, before), fed.batch, fed.key, fed.kept))
        dispose([before, result.loss, fed])
        sums = result.state.sums
      })
      if (sums === null) throw new RangeError('There are no examples in the batch.')
      const summed = { ...state, sums }
      return tidy(() => apply(summed))
    },
    expect: (state, batches) => {
      onEachShape(batches, (fed) => {
        const { batch, key, kept } = fed
        const sums = sumsFor(state, fed)
        accumulate.expect(ofPiece(state, sums), batch, key, kept)
        apply.expect({ ...state, sums })
      })
    },
    demand: (state, batches) =>
      onAverage(
        plan,
        onEachShape(batches, (fed) => {
          const { batch, key, kept } = fed
          const sums = formsOf(accumulate, state, fed)
          return [accumulate.demand(ofPiece(state, sums), batch, key, kept), apply.demand({ ...state, sums })]
        }).flat(),
      ),
    close: () => {
      if (sums !== null) dispose(sums)
      sums = null
    },
  }
}

function* inPieces(batches: Iterable<Uint32Array>, pieces: number): Generator<Uint32Array> {
  for (const indexes of batches) yield* piecesOf(indexes, pieces)
}

function ofPiece({ params, loss_scale }: TrainState, sums: Sums): PieceState {
  return loss_scale === undefined ? { params, sums } : { params, sums, loss_scale }
}

/** Sums that have a shape and no numbers. */
function formsOf<Batch extends ModelInputs>(
  { results }: TrainSteps<Batch>['accumulate'],
  state: TrainState,
  { batch, key, kept }: { batch: Batch; key: Tensor1D; kept: Scalar },
): Sums {
  const none: Sums = { loss: kept, gradients: {}, row_squares: {} }
  return results(ofPiece(state, none), batch, key, kept).state.sums
}

function empty({ gradients, row_squares }: Sums): Sums {
  const zerosOf = <T extends Tensor>(forms: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(forms).map(([name, { shape }]) => [name, zeros(shape) as unknown as T]))
  return { loss: scalar(0), gradients: zerosOf(gradients), row_squares: zerosOf(row_squares) }
}

/** The first batch that was found of each shape. */
function oneOfEachShape({ shapes, layoutOf }: TrainingPlan, batches: Iterable<Uint32Array>): Uint32Array[] {
  const found = new Map<string, Uint32Array>()
  for (const indexes of batches) {
    const { rows, row_length } = layoutOf(indexes)
    const shape = `${rows} × ${row_length}`
    if (!found.has(shape)) found.set(shape, indexes)
    if (found.size >= shapes.length) break
  }
  return [...found.values()]
}

/** Memory for the largest; arithmetic by the places that a step has on average. */
function onAverage({ shapes, places_per_step }: TrainingPlan, demands: readonly Demand[]): Demand {
  const most = largest(demands)
  const places = Math.max(...shapes.map(({ rows, row_length }) => rows * row_length))
  return { ...most, flops: (most.flops / places) * places_per_step }
}

function keyOf(seed: number, step: number): Tensor1D {
  return tensor1d([seed | 0, step | 0], 'int32')
}

/** Each piece of a step draws masks of its own. */
function keyOfPiece(seed: number, piece: number): number {
  return piece === 0 ? seed : randomBits(seed, piece, 0x7f4a7c15)() | 0
}
