// A lowered graph in, the same loaded and callable out; its variables keep their values until it is unloaded.
import { dispose, type Tensor } from '@tensorflow/tfjs-core'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { GraphVerbs } from '../backends/graph-verbs.ts'
import { savedModelBytes } from './graph-def.ts'
import { lower, type Program, type Variable } from './lower.ts'
import type { Value } from './traced.ts'

export type Compiled = {
  /** Gives all variables their values, in their order. */
  init(values: readonly Tensor[]): void
  /** The values of all variables, in their order; the caller disposes them. */
  read(): Tensor[]
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
  const { nodes, functions, init, read, calls } = lower(variables, programs)
  const folder = mkdtempSync(path.join(tmpdir(), 'albert-graph-'))
  let graph: number
  try {
    writeFileSync(path.join(folder, 'saved_model.pb'), savedModelBytes(nodes, functions))
    graph = verbs.load(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const callOf = (program: Program): (typeof calls)[number] => {
    const call = calls[programs.indexOf(program)]
    if (call === undefined) throw new Error('The program is not one of this graph.')
    return call
  }
  const pairs = (names: readonly string[], tensors: readonly Tensor[]) =>
    names.map((name, index) => {
      const tensor = tensors[index]
      if (tensor === undefined) throw new Error(`Nothing is fed to ${name}.`)
      return [name, tensor] as const
    })
  return {
    init: (values) => dispose(verbs.run(graph, pairs(init.feeds, values), [init.fetch])),
    read: () => verbs.run(graph, [], read.fetches),
    call: (program, feeds) => {
      const call = callOf(program)
      return verbs.run(graph, pairs(call.feeds, feeds), call.fetches)
    },
    within: (program, feeds, values) => {
      const call = callOf(program)
      const names = values.map((value) => call.ops.get(value) ?? '')
      return verbs.run(graph, pairs(call.feeds, feeds), names)
    },
    unload: () => verbs.unload(graph),
  }
}
