// Traces and the variables they share in, the nodes and functions of one TensorFlow graph out, with the names to run them by.
import type { DType, TensorForm } from '../backends/graph-verbs.ts'
import type { GraphFunction, GraphNode } from './graph-def.ts'
import { PRODUCTS, ruleOf } from './ops.ts'
import type { Op, Region, Traced, Value } from './traced.ts'

/** A place of the graph that keeps its value from call to call. */
export type Variable = TensorForm & { name: string }

/** A trace, and which of its arguments and results are variables: the others are fed and fetched. */
export type Program = {
  traced: Traced
  /** One for each argument. */
  reads: readonly (Variable | null)[]
  /** One for each result: the variable that it becomes the new value of. */
  writes: readonly (Variable | null)[]
}

export type Lowered = {
  nodes: readonly GraphNode[]
  functions: readonly GraphFunction[]
  /** Feeds all variables, in their order, and fetches `init.fetch`: they have these values then. */
  init: { feeds: readonly string[]; fetch: string }
  /** Fetches all variables. */
  read: { fetches: readonly string[] }
  /** For each program what is fed, in the order of its arguments, and what is fetched, in the order of its results. */
  calls: readonly { feeds: readonly string[]; fetches: readonly string[]; ops: ReadonlyMap<Value, string> }[]
}

/** @param variables all of them */
export function lower(variables: readonly Variable[], programs: readonly Program[]): Lowered {
  const nodes: GraphNode[] = []
  const library = new Library()
  const handles = new Map(variables.map((variable, index) => [variable.name, `variable_${index}`]))
  const handleOf = ({ name }: Variable): string => handles.get(name) ?? ''

  const feeds: string[] = []
  const assigns: string[] = []
  const fetches: string[] = []
  variables.forEach((variable, index) => {
    const { dtype, shape } = variable
    const handle = handleOf(variable)
    nodes.push({
      name: handle,
      op: 'VarHandleOp',
      inputs: [],
      attrs: { dtype: { type: dtype }, shape: { shape }, shared_name: { string: handle } },
    })
    nodes.push(placeholder(`start_${index}`, variable))
    nodes.push(assignment(`init_${index}`, handle, `start_${index}`, dtype))
    nodes.push({
      name: `read_${index}`,
      op: 'ReadVariableOp',
      inputs: [handle],
      attrs: { dtype: { type: dtype } },
    })
    feeds.push(`start_${index}:0`)
    assigns.push(`init_${index}`)
    fetches.push(`read_${index}:0`)
  })
  nodes.push(done('init', assigns))

  const calls = programs.map((program, index) =>
    lowerProgram(program, `step${index}`, nodes, library, handleOf),
  )
  return { nodes, functions: library.functions, init: { feeds, fetch: 'init:0' }, read: { fetches }, calls }
}

function lowerProgram(
  { traced, reads, writes }: Program,
  prefix: string,
  nodes: GraphNode[],
  library: Library,
  handleOf: (variable: Variable) => string,
): Lowered['calls'][number] {
  const names = new Map<Value, string>()
  const feeds: string[] = []
  const readers = new Map<string, string>()
  traced.args.forEach((value, index) => {
    const variable = reads[index] ?? null
    const name = `${prefix}/arg${index}`
    names.set(value, `${name}:0`)
    if (variable === null) {
      nodes.push(placeholder(name, value))
      feeds.push(`${name}:0`)
    } else {
      readers.set(variable.name, name)
      nodes.push({
        name,
        op: 'ReadVariableOp',
        inputs: [handleOf(variable)],
        attrs: { dtype: { type: value.dtype } },
      })
    }
  })

  for (const group of groupsOf(traced)) {
    const name = `${prefix}/op${names.size}`
    if (group.region === null) {
      nodes.push(nodeOf(group.op, name, (value) => names.get(value) ?? ''))
      group.op.outputs.forEach((value) => names.set(value, `${name}:${value.index}`))
    } else {
      const { inputs, outputs } = group
      const attrs = {
        Tin: { types: inputs.map(({ dtype }) => dtype) },
        Tout: { types: outputs.map(({ dtype }) => dtype) },
        f: { function: library.add(group) },
        _XlaMustCompile: { bool: true },
      }
      const from = inputs.map((value) => names.get(value) ?? '')
      nodes.push({ name, op: 'PartitionedCall', inputs: from, attrs })
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
    const after = index === 0 ? assigns.map((assign) => `^${assign}`) : []
    nodes.push({
      name,
      op: 'Identity',
      inputs: [names.get(value) ?? '', ...after],
      attrs: { T: { type: value.dtype } },
    })
    return `${name}:0`
  })
  if (fetches.length === 0)
    throw new Error('A compiled step needs a result that is fetched, for its writes hang on it.')
  return { feeds, fetches, ops: names }
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

  /** @returns the function's name */
  add({ region, ops, inputs, outputs }: Extract<Group, { ops: Op[] }>): string {
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
    if (known !== undefined) return known
    const name = `${region.name}_${this.functions.length}`
    this.byBody.set(body, name)
    this.functions.push({ name, args, results, nodes, attrs: { _XlaMustCompile: { bool: true } } })
    return name
  }
}

function nodeOf(op: Op, name: string, nameOf: (value: Value) => string): GraphNode {
  if (op.constant !== null) {
    const [value] = op.outputs
    const { dtype, shape } = value ?? { dtype: 'float32', shape: [] }
    return {
      name,
      op: 'Const',
      inputs: [],
      attrs: { dtype: { type: dtype }, value: { tensor: { dtype, shape, constant: op.constant } } },
    }
  }
  return { name, op: op.name, inputs: op.inputs.map(nameOf), attrs: op.attrs }
}

function placeholder(name: string, { dtype, shape }: TensorForm): GraphNode {
  return { name, op: 'Placeholder', inputs: [], attrs: { dtype: { type: dtype }, shape: { shape } } }
}

function assignment(
  name: string,
  handle: string,
  value: string,
  dtype: DType,
  after: readonly string[] = [],
): GraphNode {
  return {
    name,
    op: 'AssignVariableOp',
    inputs: [handle, value, ...after],
    attrs: { dtype: { type: dtype } },
  }
}

/** A constant that can be fetched when all of `after` have run. */
function done(name: string, after: readonly string[]): GraphNode {
  const tensor = { dtype: 'int32', shape: [], constant: { uniform: 1 } } as const
  return {
    name,
    op: 'Const',
    inputs: after.map((node) => `^${node}`),
    attrs: { dtype: { type: 'int32' }, value: { tensor } },
  }
}
