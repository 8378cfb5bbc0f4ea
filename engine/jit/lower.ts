// Traces and the variables they share in, the nodes and functions of one TensorFlow graph out, with the names to run them by.
import { demandOf } from './demand.ts'
import type { GraphFunction, GraphNode } from './graph-def.ts'
import {
  assignment,
  callAttrs,
  done,
  identity,
  nodeOf,
  placeholder,
  reading,
  type FunctionCall,
} from './nodes.ts'
import { PRODUCTS, ruleOf } from './ops.ts'
import type { Program, Variable } from './program.ts'
import { either, rehearsal, switched, turnOf, zeros } from './rehearsal.ts'
import type { Op, Region, Traced, Value } from './traced.ts'

export type Lowered = {
  nodes: readonly GraphNode[]
  functions: readonly GraphFunction[]
  /** For each variable, in their order: fed is its value, and what is fetched tells that it has it. */
  assigns: readonly { feed: string; fetch: string }[]
  /** Fetches all variables. */
  read: { fetches: readonly string[] }
  calls: readonly Call[]
}

/** How a program is called. */
export type Call = {
  /** Fed true, the program runs; false, it is rehearsed. */
  turn: string
  /** What else is fed, in the order of its arguments, and what is fetched, in the order of its results. */
  feeds: readonly string[]
  fetches: readonly string[]
  /** Where its values are. */
  ops: ReadonlyMap<Value, string>
  /** What is fetched, with `turn` false alone, to have its functions compiled: those that no program before it has. */
  rehearsal: { fetch: string; functions: number }
}

/** @param variables all of them */
export function lower(variables: readonly Variable[], programs: readonly Program[]): Lowered {
  const nodes: GraphNode[] = []
  const library = new Library()
  const handles = new Map(variables.map((variable, index) => [variable.name, `variable_${index}`]))
  const handleOf = ({ name }: Variable): string => handles.get(name) ?? ''

  const assigns: { feed: string; fetch: string }[] = []
  const fetches: string[] = []
  variables.forEach((variable, index) => {
    const { dtype, shape } = variable
    const handle = handleOf(variable)
    nodes.push(
      {
        name: handle,
        op: 'VarHandleOp',
        inputs: [],
        attrs: { dtype: { type: dtype }, shape: { shape }, shared_name: { string: handle } },
      },
      placeholder(`start_${index}`, variable),
      assignment(`assign_${index}`, handle, `start_${index}`, dtype),
      done(`assigned_${index}`, [`assign_${index}`]),
      reading(`read_${index}`, handle, dtype),
    )
    assigns.push({ feed: `start_${index}:0`, fetch: `assigned_${index}:0` })
    fetches.push(`read_${index}:0`)
  })

  const calls = programs.map((program, index) =>
    lowerProgram(program, `step${index}`, nodes, library, handleOf),
  )
  return { nodes, functions: library.functions, assigns, read: { fetches }, calls }
}

function lowerProgram(
  program: Program,
  prefix: string,
  nodes: GraphNode[],
  library: Library,
  handleOf: (variable: Variable) => string,
): Call {
  const { traced, reads, writes } = program
  const names = new Map<Value, string>()
  const feeds: string[] = []
  const readers = new Map<string, string>()
  const { turn, nodes: ofTurn } = turnOf(prefix)
  nodes.push(...ofTurn)
  traced.args.forEach((value, index) => {
    const variable = reads[index] ?? null
    const name = `${prefix}/arg${index}`
    if (variable === null) {
      nodes.push(placeholder(`${name}/fed`, value), switched(name, `${name}/fed:0`, value.dtype, turn))
      feeds.push(`${name}/fed:0`)
      names.set(value, `${name}:1`)
    } else {
      nodes.push(reading(name, handleOf(variable), value.dtype, [`^${turn.plays}`]))
      readers.set(variable.name, name)
      names.set(value, `${name}:0`)
    }
  })

  const unrehearsed: FunctionCall[] = []
  for (const group of groupsOf(traced)) {
    const name = `${prefix}/op${names.size}`
    if (group.region === null) {
      nodes.push(nodeOf(group.op, name, (value) => names.get(value) ?? ''))
      group.op.outputs.forEach((value) => names.set(value, `${name}:${value.index}`))
    } else {
      const { inputs, outputs } = group
      const called = library.add(group)
      const call = { name: called.name, inputs, outputs }
      if (called.isNew) unrehearsed.push(call)
      const from = inputs.map((value) => names.get(value) ?? '')
      nodes.push({ name, op: 'PartitionedCall', inputs: from, attrs: callAttrs(call) })
      outputs.forEach((value, index) => names.set(value, `${name}:${index}`))
    }
  }

  const assigns: string[] = []
  const fetched: Value[] = []
  traced.results.forEach((value, index) => {
    const variable = writes[index] ?? null
    if (variable === null) {
      fetched.push(value)
      return
    }
    const before = readers.get(variable.name)
    if (before !== undefined && names.get(value) === `${before}:0`) return // it stays as it is
    const name = `${prefix}/write${index}`
    // No write before the old value was read by whoever needs it.
    const after = before === undefined ? [] : [`^${before}`]
    nodes.push(assignment(name, handleOf(variable), names.get(value) ?? '', value.dtype, after))
    assigns.push(name)
  })
  // The graph runs only what its outputs need: every write hangs on the first of them.
  const fetches = fetched.map((value, index) => {
    const name = `${prefix}/result${index}`
    const [played, rehearsed] = [`${name}/played`, `${name}/rehearsed`]
    const after = index === 0 ? assigns.map((assign) => `^${assign}`) : []
    nodes.push(
      identity(played, names.get(value) ?? '', value.dtype, after),
      ...zeros(rehearsed, value, `${turn.rehearses}:0`),
      either(name, `${played}:0`, `${rehearsed}:0`, value.dtype),
    )
    return `${name}:0`
  })
  if (fetches.length === 0)
    throw new Error('A compiled step needs a result that is fetched, for its writes hang on it.')
  const functions = rehearsal(`${prefix}/rehearsal`, unrehearsed, demandOf(program).peak, turn.feed)
  nodes.push(...functions.nodes)
  return {
    turn: `${turn.feed}:0`,
    feeds,
    fetches,
    ops: names,
    rehearsal: { fetch: functions.fetch, functions: unrehearsed.length },
  }
}

type Group =
  | { region: null; op: Op }
  | { region: Region; ops: Op[]; inputs: readonly Value[]; outputs: readonly Value[] }

/** Each op by itself, and those of a region together, at the place of the region's last. Constants go into every region that uses them. */
function groupsOf({ ops, results }: Traced): Group[] {
  const regions = new Map<number, Op[]>()
  for (const op of ops) {
    if (op.region === null) continue
    if (PRODUCTS.has(op.name))
      throw new Error(
        `The region ${op.region.name} holds a ${op.name}: a product belongs outside of regions.`,
      )
    regions.set(op.region.number, [...(regions.get(op.region.number) ?? []), op])
  }
  const usedOutside = new Set<Value>(results)
  for (const op of ops)
    for (const input of op.inputs) {
      if (input.op.region !== null && input.op.region.number !== op.region?.number) usedOutside.add(input)
    }
  const groups: Group[] = []
  for (const op of ops) {
    if (op.name === 'Argument') continue
    const { region } = op
    if (region === null) {
      groups.push({ region, op })
      continue
    }
    const together = regions.get(region.number) ?? []
    if (together.at(-1) !== op) continue
    const inside = new Set(together)
    const inputs = new Set<Value>()
    for (const one of together)
      for (const input of one.inputs)
        if (!inside.has(input.op) && input.op.constant === null) inputs.add(input)
    const outputs = together.flatMap((one) => one.outputs.filter((value) => usedOutside.has(value)))
    groups.push({ region, ops: together, inputs: [...inputs], outputs })
  }
  return inOrder(groups)
}

/** Each after those whose values it uses: a pass may have put an op into a region that others have used before that op. */
function inOrder(groups: readonly Group[]): Group[] {
  const opsOf = (group: Group): readonly Op[] => (group.region === null ? [group.op] : group.ops)
  const makers = new Map(groups.flatMap((group) => opsOf(group).map((op): [Op, Group] => [op, group])))
  const ordered = new Set<Group>()
  const waiting = new Set<Group>()
  const put = (group: Group): void => {
    if (ordered.has(group)) return
    if (waiting.has(group)) {
      const names = [...waiting].flatMap(({ region }) => (region === null ? [] : [region.name]))
      throw new Error(
        `The region ${names.join(', ')} uses what is made outside of it from its own values; make it two.`,
      )
    }
    waiting.add(group)
    for (const { inputs } of opsOf(group))
      for (const { op } of inputs) {
        const maker = makers.get(op)
        if (maker !== undefined && maker !== group) put(maker)
      }
    waiting.delete(group)
    ordered.add(group)
  }
  groups.forEach(put)
  return [...ordered]
}

/** The functions of a graph; those with the same body are one. */
class Library {
  readonly functions: GraphFunction[] = []
  private readonly byBody = new Map<string, string>()

  /** @returns the function's name, and whether it is the first of its body */
  add({ region, ops, inputs, outputs }: Extract<Group, { ops: Op[] }>): { name: string; isNew: boolean } {
    const names = new Map<Value, string>(inputs.map((value, index) => [value, `arg${index}`]))
    const nodes: GraphNode[] = []
    const put = (op: Op): void => {
      const name = `op${nodes.length}`
      const { output } = ruleOf(op.name)
      nodes.push(nodeOf(op, name, (value) => names.get(value) ?? ''))
      op.outputs.forEach((value) => names.set(value, `${name}:${output}:${value.index}`))
    }
    for (const op of ops) {
      for (const { op: source } of op.inputs) {
        if (source.constant !== null && !source.outputs.every((value) => names.has(value))) put(source)
      }
      put(op)
    }
    const args = inputs.map(({ dtype, shape }, index) => ({ name: `arg${index}`, dtype, shape }))
    const results = outputs.map((value, index) => ({
      name: `result${index}`,
      dtype: value.dtype,
      from: names.get(value) ?? '',
    }))
    const body = JSON.stringify([region.name, args, results, nodes])
    const known = this.byBody.get(body)
    if (known !== undefined) return { name: known, isNew: false }
    const name = `${region.name}_${this.functions.length}`
    this.byBody.set(body, name)
    this.functions.push({ name, args, results, nodes, attrs: { _XlaMustCompile: { bool: true } } })
    return { name, isNew: true }
  }
}
