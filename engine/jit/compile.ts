// A lowered graph in, the same loaded and callable out; its variables keep their values until it is unloaded.
import { dispose, scalar, tidy, zeros, type DataType, type Tensor } from '@tensorflow/tfjs-core'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { GraphVerbs } from '../backends/graph-verbs.ts'
import { savedModelBytes } from './graph-def.ts'
import { lower, type Call } from './lower.ts'
import type { Program, Variable } from './program.ts'
import type { Value } from './traced.ts'

export type Compiled = {
  /** Gives variables values, by their names; the others keep theirs. */
  assign(values: ReadonlyMap<string, Tensor>): void
  /** The values of all variables, in their order; the caller disposes them. */
  read(): Tensor[]
  /** Has TensorFlow make a program ready and compile its functions; nothing of it is computed. @returns how many functions */
  rehearse(program: Program): number
  /** Runs a program. @returns its results that are no variables; the caller disposes them */
  call(program: Program, feeds: readonly Tensor[]): Tensor[]
  /** What ops of a program give, while it writes nothing; the caller disposes them. */
  within(program: Program, feeds: readonly Tensor[], values: readonly Value[]): Tensor[]
  unload(): void
}

/** Lowers the programs to one graph and loads it, by way of a file that lives as long as this call. */
export function compile(
  verbs: GraphVerbs,
  variables: readonly Variable[],
  programs: readonly Program[],
): Compiled {
  const { nodes, functions, assigns, read, calls } = lower(variables, programs)
  const folder = mkdtempSync(path.join(tmpdir(), 'albert-graph-'))
  let graph: number
  try {
    writeFileSync(path.join(folder, 'saved_model.pb'), savedModelBytes(nodes, functions))
    graph = verbs.load(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const callOf = (program: Program): Call => {
    const call = calls[programs.indexOf(program)]
    if (call === undefined) throw new Error('The program is not one of this graph.')
    return call
  }
  const played = (
    { turn, feeds }: Call,
    isPlayed: boolean,
    fed: readonly Tensor[],
    fetches: readonly string[],
  ): Tensor[] =>
    tidy(() => {
      const pairs = feeds.map((name, index) => {
        const tensor = fed[index]
        if (tensor === undefined) throw new Error(`Nothing is fed to ${name}.`)
        return [name, tensor] as const
      })
      return verbs.run(graph, [[turn, scalar(isPlayed, 'bool')], ...pairs], fetches)
    })
  return {
    assign: (values) => {
      const given = variables.flatMap(({ name }, index) => {
        const [tensor, names] = [values.get(name), assigns[index]]
        return tensor === undefined || names === undefined ? [] : [{ tensor, ...names }]
      })
      const pairs = given.map(({ feed, tensor }) => [feed, tensor] as const)
      const fetches = given.map(({ fetch }) => fetch)
      dispose(verbs.run(graph, pairs, fetches))
    },
    read: () => verbs.run(graph, [], read.fetches),
    rehearse: (program) => {
      const call = callOf(program)
      const { fetch, functions } = call.rehearsal
      tidy(() => {
        if (functions > 0) verbs.run(graph, [[call.turn, scalar(false, 'bool')]], [fetch])
        played(call, false, emptyFeeds(program), call.fetches)
      })
      return functions
    },
    call: (program, feeds) => {
      const call = callOf(program)
      return played(call, true, feeds, call.fetches)
    },
    within: (program, feeds, values) => {
      const call = callOf(program)
      const names = values.map((value) => call.ops.get(value) ?? '')
      return played(call, true, feeds, names)
    },
    unload: () => verbs.unload(graph),
  }
}

/** Zeros in the forms of what is fed. */
function emptyFeeds({ traced, reads }: Program): Tensor[] {
  const fed = traced.args.filter((_, index) => (reads[index] ?? null) === null)
  return fed.map(({ dtype, shape }) => zeros([...shape], dtype as DataType))
}
