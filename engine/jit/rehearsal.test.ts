// What a rehearsal leaves behind: every function compiled, everything else as it was.
import {
  add,
  dispose,
  matMul,
  mul,
  sub,
  sum,
  tensor2d,
  type Scalar,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { GraphVerbs, TensorForm } from '../backends/graph-verbs.ts'
import { region } from '../model/region.ts'
import { nativeVerbs } from '../testing/native-verbs.ts'
import type { GraphNode } from './graph-def.ts'
import { compilerOn, type Compiler, type Jitted } from './jit.ts'
import { lower, type Lowered } from './lower.ts'
import type { FunctionCall } from './nodes.ts'
import type { Program, Variable } from './program.ts'
import { rehearsal } from './rehearsal.ts'
import { trace } from './trace.ts'
import { makeOp, only } from './traced.ts'

let verbs: GraphVerbs
let compilers: Compiler[] = []
let loads = 0
beforeAll(async () => {
  const native = await nativeVerbs()
  const load = (folder: string): number => {
    loads += 1
    return native.load(folder)
  }
  verbs = { ...native, load }
})
afterEach(() => {
  for (const compiler of compilers) compiler.close()
  compilers = []
})

type State = { w: Tensor2D; rest: Tensor2D }
type Update = { state: State; total: Scalar }

/** A function that is called twice, one that every batch shares, and one that gives nothing but what is written. */
function update({ w, rest }: State, x: Tensor2D): Update {
  const lifted = region('lift', (from: Tensor2D) => add<Tensor2D>(mul(from, 2), 1))
  const twice = lifted(matMul(lifted(matMul(x, w)), w))
  const gradient = matMul(x, twice, true)
  const next = region('descend', () => sub<Tensor2D>(w, mul(gradient, 0.01)))()
  const sums = region('add_up', () => add<Tensor2D>(rest, gradient))()
  return { state: { w: next, rest: sums }, total: sum(twice) }
}

const answer = ({ w }: { w: Tensor2D }, x: Tensor2D): Tensor2D =>
  region('lift', (from: Tensor2D) => add<Tensor2D>(mul(from, 2), 1))(matMul(x, w))

const SIZE = 4
const square = (salt: number): Tensor2D => batch(SIZE, salt)
const batch = (rows: number, salt: number): Tensor2D =>
  tensor2d(
    Array.from({ length: rows * SIZE }, (_, at) => Math.sin(at * salt)),
    [rows, SIZE],
  )
const fresh = (): State => ({ w: square(1), rest: square(2) })

/** Updates for batches of two sizes, and answers for the second, in one graph. */
function lowered(): { programs: Program[]; graph: Lowered } {
  const w: Variable = { name: 'w', dtype: 'float32', shape: [SIZE, SIZE] }
  const rest: Variable = { ...w, name: 'rest' }
  const x = (rows: number): TensorForm => ({ dtype: 'float32', shape: [rows, SIZE] })
  const updateOf = (rows: number): Program => ({
    traced: trace(verbs, [w, rest, x(rows)], ([w, rest, x]) => {
      const { state, total } = update({ w: w as Tensor2D, rest: rest as Tensor2D }, x as Tensor2D)
      return [state.w, state.rest, total]
    }),
    reads: [w, rest, null],
    writes: [w, rest, null],
  })
  const answers: Program = {
    traced: trace(verbs, [w, x(3)], ([w, x]) => [answer({ w: w as Tensor2D }, x as Tensor2D)]),
    reads: [w, null],
    writes: [null],
  }
  const programs = [updateOf(2), updateOf(3), answers]
  return { programs, graph: lower([w, rest], programs) }
}

function nodesOf({ nodes }: Lowered, program: number): GraphNode[] {
  return nodes.filter(({ name }) => name.startsWith(`step${program}/`))
}

function functionOf({ attrs }: GraphNode): string {
  const called = attrs['f']
  return called !== undefined && 'function' in called ? called.function : ''
}

/** All that a fetch needs. */
function needed({ nodes }: Lowered, fetch: string): Set<string> {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const found = new Set<string>()
  const need = (input: string): void => {
    const name = input.replace(/^\^/, '').replace(/:\d+$/, '')
    if (found.has(name)) return
    found.add(name)
    byName.get(name)?.inputs.forEach(need)
  }
  need(fetch)
  return found
}

describe('the graph of several programs', () => {
  test('no function of a program is left for its first real call to compile', () => {
    const { programs, graph } = lowered()
    const compiled = new Set<string>()
    programs.forEach((_, at) => {
      const nodes = nodesOf(graph, at)
      const fetched = needed(graph, graph.calls[at]?.rehearsal.fetch ?? '')
      const rehearsed = nodes.filter(({ name, op }) => op === 'StatefulPartitionedCall' && fetched.has(name))
      for (const node of rehearsed) {
        expect(node.attrs['_XlaMustCompile']).toEqual({ bool: true })
        compiled.add(functionOf(node))
      }
      expect(rehearsed).toHaveLength(graph.calls[at]?.rehearsal.functions ?? NaN)
      const called = nodes.filter(({ op }) => op === 'PartitionedCall').map(functionOf)
      expect(called.length).toBeGreaterThan(0)
      for (const name of called) expect(compiled).toContain(name)
    })
    expect([...compiled].sort()).toEqual(graph.functions.map(({ name }) => name).sort())
    // Of the second batch size what has its shape; of the answers nothing that the updates have not.
    expect(graph.calls.map(({ rehearsal }) => rehearsal.functions)).toEqual([3, 1, 0])
  })

  test('a function is rehearsed on the shapes that it is called with', () => {
    const { graph } = lowered()
    const byName = new Map(graph.nodes.map((node) => [node.name, node]))
    const sizes = nodesOf(graph, 1)
      .filter(({ op }) => op === 'StatefulPartitionedCall')
      .flatMap(({ inputs }) => inputs.filter((input) => !input.startsWith('^')))
      .map((input) => byName.get(`${input.replace(':0', '')}/shape`)?.attrs['value'])
    expect(sizes).toEqual([
      { tensor: { dtype: 'int32', shape: [2], constant: { values: Int32Array.of(3, SIZE) } } },
    ])
  })

  test('whatever a program reads waits for its turn', () => {
    const { programs, graph } = lowered()
    programs.forEach((_, at) => {
      const nodes = nodesOf(graph, at)
      const reads = nodes.filter(({ op }) => op === 'ReadVariableOp')
      expect(reads.length).toBeGreaterThan(0)
      for (const { inputs } of reads) expect(inputs).toContain(`^step${at}/plays`)
      for (const fed of graph.calls[at]?.feeds ?? []) {
        const readers = nodes.filter(({ inputs }) => inputs.includes(fed))
        expect(readers.map(({ op }) => op)).toEqual(['Switch'])
      }
    })
  })
})

describe('lanes', () => {
  const argument = only(makeOp({ name: 'Argument', forms: [{ dtype: 'float32', shape: [25] }] }))
  const calls = Array.from({ length: 40 }, (_, at): FunctionCall => {
    return { name: `f_${at}`, inputs: [argument], outputs: [argument] } // 200 bytes
  })

  test.each([
    [0, 1],
    [200, 1],
    [799, 3],
    [800, 4],
    [Infinity, 16],
  ])('within %d bytes there are %d', (limit, lanes) => {
    const { nodes } = rehearsal('r', calls, limit, 'feed')
    const called = nodes.filter(({ op }) => op === 'StatefulPartitionedCall')
    expect(called).toHaveLength(calls.length)
    // The zeros of a call are made at once where it is the first of its lane, else when the call ahead of it is over.
    const before = nodes
      .filter(({ op }) => op === 'Fill')
      .map(({ inputs }) => inputs.filter((input) => input.startsWith('^')))
    expect(before).toEqual(calls.map((_, at) => (at < lanes ? [] : [`^r/${at - lanes}`])))
    const last = called.slice(-lanes).map(({ name }) => `^${name}`)
    expect([...(nodes.at(-1)?.inputs ?? [])].sort()).toEqual(last.sort())
  })
})

describe('a compiler', () => {
  function steps(): {
    compiler: Compiler
    update: Jitted<State, [Tensor2D], Update>
    answer: Jitted<{ w: Tensor2D }, [Tensor2D], Tensor2D>
  } {
    const compiler = compilerOn(verbs)
    compilers.push(compiler)
    return {
      compiler,
      update: compiler.jit(update, { donate: true }),
      answer: compiler.jit(answer, { donate: false }),
    }
  }

  function expectAll({ update, answer }: ReturnType<typeof steps>, state: State): void {
    for (const rows of [2, 3]) update.expect(state, batch(rows, 5))
    answer.expect({ w: state.w }, batch(3, 5))
  }

  /** The bits of weights and losses after a few updates. */
  function trained(isCompiledFirst: boolean): number[][] {
    const made = steps()
    let state = fresh()
    expectAll(made, state)
    if (isCompiledFirst)
      expect([...made.compiler.compile()].at(-1)).toEqual({ done: 3, total: 3, functions: 4 })
    const losses = [2, 3, 2, 3].map((rows, at) => {
      const { state: next, total } = made.update(state, batch(rows, at + 1))
      state = next
      return total.dataSync()[0] ?? NaN
    })
    return [losses, [...state.w.dataSync()], [...state.rest.dataSync()]]
  }

  test('computes the same bits whether all was compiled before or each at its first call', () => {
    expect(trained(true)).toEqual(trained(false))
  })

  test('tells how far it is, changes no variable, and has nothing left to compile', () => {
    const made = steps()
    const state = fresh()
    const before = { w: [...state.w.dataSync()], rest: [...state.rest.dataSync()] }
    expectAll(made, state)
    expect([...made.compiler.compile()].map(({ done, total }) => [done, total])).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
      [3, 3],
    ])
    expect({ w: [...state.w.dataSync()], rest: [...state.rest.dataSync()] }).toEqual(before)
    expectAll(made, state)
    expect([...made.compiler.compile()]).toEqual([])
  })

  test('goes on where it was stopped', () => {
    const made = steps()
    expectAll(made, fresh())
    for (const { done } of made.compiler.compile()) if (done === 1) break
    expect([...made.compiler.compile()].map(({ done, total }) => [done, total])).toEqual([
      [0, 2],
      [1, 2],
      [2, 2],
    ])
  })

  test('asks other weights in the same graph, and then goes on with those that it had', () => {
    const made = steps()
    const state = fresh()
    expectAll(made, state)
    for (const _ of made.compiler.compile());
    const [x, other] = [batch(3, 5), square(7)]
    const before = loads
    const { state: next } = made.update(state, x)
    const found = made.answer({ w: other }, x)
    expect([...found.dataSync()]).toEqual([...answer({ w: square(7) }, x).dataSync()])
    const { state: last } = made.update(next, x)
    expect(loads).toBe(before)
    const plain = update(update(fresh(), x).state, x).state
    plain.w.dataSync().forEach((value, at) => expect(last.w.dataSync()[at]).toBeCloseTo(value, 5))
    plain.rest.dataSync().forEach((value, at) => expect(last.rest.dataSync()[at]).toBeCloseTo(value, 4))
    dispose([x, other, found, plain, last])
  })
})
