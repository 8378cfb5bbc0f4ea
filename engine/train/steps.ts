// A head and the settings of a run in, its steps out: the update, whole or in pieces, and the answers, each compiled where the run wants it.
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core'
import { graphVerbs } from '../backends/native.ts'
import { precisionOf } from '../backends/precision.ts'
import { compilerOn, eagerOn, type Compiler, type Jitted } from '../jit/jit.ts'
import { foldRows } from '../jit/passes/fold-rows.ts'
import { smallRegions } from '../jit/passes/small-regions.ts'
import type { Tree } from '../jit/tree.ts'
import type { ModelInputs } from '../model/albert.ts'
import type { Head } from '../model/head.ts'
import type { Params } from '../model/params.ts'
import type { AlbertConfig } from '../spec/albert-config.ts'
import type { Hyperparameters } from '../spec/hyperparameters.ts'
import type { Runtime } from '../spec/runtime.ts'
import {
  accumulateStepOf,
  applyStepOf,
  type PieceResult,
  type PieceState,
  type SummedState,
} from './accumulate-step.ts'
import { evalStepOf } from './eval-step.ts'
import { checkFor, narrowingPasses } from './narrowing.ts'
import type { TrainState } from './state.ts'
import { trainStepOf, type StepResult } from './train-step.ts'

export type UpdateStep<Batch extends ModelInputs> = Jitted<TrainState, [Batch, Tensor1D], StepResult>
export type AnswerStep<Batch extends ModelInputs, Answers extends Tree> = Jitted<
  { params: Params },
  [Batch],
  Answers
>

export type TrainSteps<Batch extends ModelInputs> = {
  update: UpdateStep<Batch>
  /** The two halves of an update whose batch is taken in pieces. */
  accumulate: Jitted<PieceState, [Batch, Tensor1D, Scalar], PieceResult>
  apply: Jitted<SummedState, [], StepResult>
}

export type Steps<Batch extends ModelInputs, Answers extends Tree> = TrainSteps<Batch> & {
  answer: AnswerStep<Batch, Answers>
  /** Compiles what was told to come; see `Compiler`. */
  compile: Compiler['compile']
  /** Frees the graph of all. */
  close(): void
}

/** All work on the same weights: those that training updates are those that an evaluation asks. */
export function stepsOf<Batch extends ModelInputs, Answers extends Tree>(
  parts: {
    head: Head<Batch, Answers>
    config: AlbertConfig
    hyperparameters: Pick<Hyperparameters, 'optimizer' | 'learning_rate' | 'warmup_step' | 'train_step'>
  },
  runtime: Runtime,
): Steps<Batch, Answers> {
  const { jit, compile, close } = lazily(() => compilerFor(runtime))
  const evalStep = evalStepOf(parts)
  return {
    update: jit(trainStepOf(parts), { donate: true }),
    accumulate: jit(accumulateStepOf(parts), { donate: true }),
    apply: jit(applyStepOf(parts), { donate: true }),
    answer: jit(({ params }: { params: Params }, batch: Batch) => evalStep(params, batch), { donate: false }),
    compile,
    close,
  }
}

function compilerFor(runtime: Runtime): Compiler {
  const verbs = graphVerbs()
  if (runtime.jit === 'off' || verbs === null) return eagerOn(verbs)
  const { precision } = precisionOf(runtime)
  const passes = [smallRegions, foldRows, ...narrowingPasses(precision)]
  const check = runtime.jit === 'check' ? checkFor(precision) : null
  return compilerOn(verbs, { passes, check })
}

/** A compiler that is chosen when a step is first called: TensorFlow runs by then. */
function lazily(choose: () => Compiler): Compiler {
  let chosen: Compiler | null = null
  const compiler = (): Compiler => (chosen ??= choose())
  return {
    jit: <State extends Tree, Rest extends readonly Tree[], Result extends Tree>(
      step: (state: State, ...rest: Rest) => Result,
      options: { donate: boolean },
    ): Jitted<State, Rest, Result> => {
      let made: Jitted<State, Rest, Result> | null = null
      const jitted = (): Jitted<State, Rest, Result> => (made ??= compiler().jit(step, options))
      return Object.assign((state: State, ...rest: Rest) => jitted()(state, ...rest), {
        expect: (state: State, ...rest: Rest) => jitted().expect(state, ...rest),
        results: (state: State, ...rest: Rest) => jitted().results(state, ...rest),
        demand: (state: State, ...rest: Rest) => jitted().demand(state, ...rest),
      })
    },
    compile: () => chosen?.compile() ?? [],
    close: () => chosen?.close(),
  }
}
