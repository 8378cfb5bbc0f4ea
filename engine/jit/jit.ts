// A step in, the same step as one call of a native graph out; where there is no compiler, the step as it is.
import { clone, dispose, type Tensor } from '@tensorflow/tfjs-core'
import type { DType, GraphVerbs, TensorForm } from '../backends/graph-verbs.ts'
import { checkOps, checkResults, type Check } from './check.ts'
import { demandOf, type Demand } from './demand.ts'
import type { Program, Variable } from './program.ts'
import { dropUnused } from './passes/drop-unused.ts'
import { plainProducts } from './passes/plain-products.ts'
import { shareCommon } from './passes/share-common.ts'
import { sumsInOrder } from './passes/sums-in-order.ts'
import { formText } from './print.ts'
import { trace } from './trace.ts'
import type { Traced } from './traced.ts'
import { leavesOf, mapTree, type Tree } from './tree.ts'
import { Workspace, type Compiling } from './workspace.ts'

/** A function over trees of tensors. Of the first argument each leaf is a variable of the graph, named by its path. */
export type Step<State extends Tree, Rest extends readonly Tree[], Result> = (
  state: State,
  ...rest: Rest
) => Result

export type Jitted<State extends Tree, Rest extends readonly Tree[], Result> = Step<State, Rest, Result> & {
  /** Tells that arguments of these shapes will come: all that is told before the first call is loaded with it. */
  expect(state: State, ...rest: Rest): void
  /** The tree of what a call with arguments of these shapes gives, of tensors that have a shape and no numbers. */
  results(state: State, ...rest: Rest): Result
  /** What a call with arguments of these shapes takes, before it runs; of their numbers nothing is read. */
  demand(state: State, ...rest: Rest): Demand
}

export type JitOptions = {
  /** Whether the result's `state` takes the place of the first argument, which is void then. */
  donate: boolean
}

/** Makes steps that share one graph, and so the variables. */
export type Compiler = {
  jit<State extends Tree, Rest extends readonly Tree[], Result extends Tree>(
    step: Step<State, Rest, Result>,
    options: JitOptions,
  ): Jitted<State, Rest, Result>
  /**
   * Loads and compiles all that steps were told to expect: their first calls take as long as later ones then. Tells before each
   * shape of a step and at the end, so that whoever asks can stop in between; nothing where there is nothing to compile.
   */
  compile(): Iterable<Compiling>
  /** Frees the graph; what it held as variables has its own numbers then. */
  close(): void
}

/** Runs every step as it is. @param verbs trace a step whose memory is asked for; without them it cannot be told */
export function eagerOn(verbs: GraphVerbs | null): Compiler {
  return {
    jit: <State extends Tree, Rest extends readonly Tree[], Result extends Tree>(
      step: Step<State, Rest, Result>,
      { donate }: JitOptions,
    ): Jitted<State, Rest, Result> => {
      const entryOf = verbs && entriesOf<State, Rest, Result>(verbs, step, donate, null)
      const traced = (state: State, rest: Rest): Entry<Result> => {
        if (entryOf === null) throw new Error('Nothing here can trace a step.')
        return entryOf(state, rest)
      }
      return Object.assign((state: State, ...rest: Rest) => step(state, ...rest), {
        expect: () => undefined,
        results: (state: State, ...rest: Rest) => traced(state, rest).results,
        demand: (state: State, ...rest: Rest): Demand => {
          const { program, eager_peak } = traced(state, rest)
          return { ...demandOf(program), peak: eager_peak }
        },
      })
    },
    compile: () => [],
    close: () => undefined,
  }
}

export const eager: Compiler = eagerOn(null)

export type CompilerOptions = {
  /** What is done to a trace, in this order, beside what always is. */
  passes?: readonly Pass[]
  /** Whether each step is run both ways and compared. */
  check?: Check | null
}

export function compilerOn(verbs: GraphVerbs, { passes = [], check = null }: CompilerOptions = {}): Compiler {
  const workspace = new Workspace(verbs)
  return {
    jit: <State extends Tree, Rest extends readonly Tree[], Result extends Tree>(
      step: Step<State, Rest, Result>,
      { donate }: JitOptions,
    ): Jitted<State, Rest, Result> => {
      const entryOf = entriesOf<State, Rest, Result>(verbs, step, donate, passes)
      const jitted = (state: State, ...rest: Rest): Result => {
        const entry = entryOf(state, rest)
        if (check === null) return run(workspace, entry, state, rest)
        return runBothWays(verbs, check, workspace, entry, state, rest, () => step(state, ...rest))
      }
      const expect = (state: State, ...rest: Rest): void =>
        workspace.expect(entryOf(state, rest).program, named(state))
      const results = (state: State, ...rest: Rest): Result => entryOf(state, rest).results
      const demand = (state: State, ...rest: Rest): Demand => demandOf(entryOf(state, rest).program)
      return Object.assign(jitted, { expect, results, demand })
    },
    compile: () => workspace.compile(),
    close: () => workspace.close(),
  }
}

export type Pass = (traced: Traced) => Traced

type Entry<Result> = {
  program: Program
  /** The tree of results, with tensors that have no numbers. */
  results: Result
  /** What the step as it is holds at most, in bytes. */
  eager_peak: number
}

function entriesOf<State extends Tree, Rest extends readonly Tree[], Result extends Tree>(
  verbs: GraphVerbs,
  step: Step<State, Rest, Result>,
  donate: boolean,
  passes: readonly Pass[] | null,
): (state: State, rest: Rest) => Entry<Result> {
  const cache = new Map<string, Entry<Result>>()
  return (state, rest) => {
    const leaves = [...leavesOf(state), ...leavesOf(rest)]
    const signature = leaves.map(({ path, tensor }) => `${path}:${formText(formOf(tensor))}`).join(' ')
    const found = cache.get(signature)
    if (found !== undefined) return found
    const made = entryFor(verbs, step, donate, state, rest, passes)
    cache.set(signature, made)
    return made
  }
}

function formOf({ dtype, shape }: Tensor): TensorForm {
  return { dtype: dtype as DType, shape }
}

function entryFor<State extends Tree, Rest extends readonly Tree[], Result extends Tree>(
  verbs: GraphVerbs,
  step: Step<State, Rest, Result>,
  donate: boolean,
  state: State,
  rest: Rest,
  passes: readonly Pass[] | null,
): Entry<Result> {
  const variables = leavesOf(state).map(({ path, tensor }): Variable => ({ name: path, ...formOf(tensor) }))
  const fed = leavesOf(rest).map(({ tensor }) => formOf(tensor))
  const byName = new Map(variables.map((variable) => [variable.name, variable]))
  const returned: Result[] = []
  const noted = trace(verbs, [...variables, ...fed], (args) => {
    let next = 0
    const take = (): Tensor => args[next++] as Tensor
    const standing = mapTree(state, take)
    const results = step(standing, ...mapTree(rest, take))
    returned.push(results)
    return leavesOf(results).map(({ tensor }) => tensor)
  })
  const [results] = returned
  if (results === undefined) throw new Error('The step was not run.')
  const all: Pass[] =
    passes === null ? [] : [dropUnused, shareCommon, plainProducts, ...passes, sumsInOrder, dropUnused]
  const traced = all.reduce<Traced>((before, pass) => pass(before), noted)
  const writes = leavesOf(results).map(({ path }) =>
    donate && path.startsWith('state/') ? (byName.get(path.slice('state/'.length)) ?? null) : null,
  )
  return {
    program: { traced, reads: [...variables, ...fed.map(() => null)], writes },
    results,
    eager_peak: noted.eager_peak,
  }
}

function run<Result extends Tree>(
  workspace: Workspace,
  { program, results }: Entry<Result>,
  state: Tree,
  rest: readonly Tree[],
): Result {
  const before = named(state)
  const compiled = workspace.prepare(program, before)
  const feeds = leavesOf(rest).map(({ tensor }) => tensor)
  const fetched = compiled.call(program, feeds)
  const { traced, reads, writes } = program
  let next = 0
  let at = 0
  return mapTree(results, () => {
    const index = at++
    const variable = writes[index] ?? null
    if (variable === null) return fetched[next++] as Tensor
    const isKept = traced.results[index] === traced.args[reads.indexOf(variable)]
    return isKept ? clone(before.get(variable.name) as Tensor) : workspace.successor(variable)
  })
}

/** The tensors of a state by the names of their variables. */
function named(state: Tree): Map<string, Tensor> {
  return new Map(leavesOf(state).map(({ path, tensor }) => [path, tensor]))
}

function runBothWays<Result extends Tree>(
  verbs: GraphVerbs,
  check: Check,
  workspace: Workspace,
  entry: Entry<Result>,
  state: Tree,
  rest: readonly Tree[],
  step: () => Result,
): Result {
  const compiled = workspace.prepare(entry.program, named(state))
  const feeds = leavesOf(rest).map(({ tensor }) => tensor)
  const plain = leavesOf(checkOps(verbs, check, compiled, entry.program, feeds, step))
  const result = run(workspace, entry, state, rest)
  checkResults(
    check,
    plain.map(({ tensor }) => tensor),
    leavesOf(result).map(({ tensor }) => tensor),
    plain.map(({ path }) => path),
  )
  dispose(plain.map(({ tensor }) => tensor))
  return result
}
