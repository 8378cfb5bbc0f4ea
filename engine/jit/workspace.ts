// Programs and the tensors they work on in, one loaded graph out that keeps them as variables from call to call.
import { dispose, type Tensor } from '@tensorflow/tfjs-core'
import type { GraphVerbs, Resident } from '../backends/graph-verbs.ts'
import { compile, type Compiled } from './compile.ts'
import type { Program, Variable } from './program.ts'
import { formText } from './print.ts'

/** How far compiling is: in programs, and the functions of those that are done. */
export type Compiling = { done: number; total: number; functions: number }

/** What stands for a variable outside of the graph. */
type Slot = { variable: Variable; at: Residence | null }

/**
 * One graph at a time. A program that it has not is added by loading a new one, the values of the variables handed over; so
 * those that will be needed are told beforehand (`expect`), and are loaded together.
 */
export class Workspace {
  private readonly verbs: GraphVerbs
  private slots = new Map<string, Slot>()
  private loaded: Program[] = []
  /** Those to come, with what they will be called with. */
  private readonly expected = new Map<Program, ReadonlyMap<string, Tensor>>()
  /** Those of the loaded ones that were called or rehearsed: TensorFlow compiles at the first call. */
  private readonly ready = new Set<Program>()
  /** The most tensors that a call was expected with; a call with some of them takes all. */
  private announced: ReadonlyMap<string, Tensor> = new Map()
  private compiled: Compiled | null = null

  constructor(verbs: GraphVerbs) {
    this.verbs = verbs
  }

  /** @param tensors what it will be called with */
  expect(program: Program, tensors: ReadonlyMap<string, Tensor>): void {
    if (!this.loaded.includes(program)) this.expected.set(program, tensors)
    if (tensors.size > this.announced.size) this.announced = tensors
  }

  /** Loads all that is expected, and has TensorFlow compile what is not yet, program by program. Tells before each, and at the end. */
  *compile(): Generator<Compiling, void> {
    const waiting = (programs: Iterable<Program>): Program[] =>
      [...programs].filter((program) => !this.ready.has(program))
    const [first] = this.expected
    const to_come = waiting(new Set([...this.loaded, ...this.expected.keys()]))
    if (to_come.length === 0) return
    yield { done: 0, total: to_come.length, functions: 0 }
    const compiled = first === undefined ? this.compiled : this.hold(...first)
    if (compiled === null) return
    const programs = waiting(this.loaded)
    let functions = 0
    for (const [index, program] of programs.entries()) {
      functions += compiled.rehearse(program)
      this.ready.add(program)
      yield { done: index + 1, total: programs.length, functions }
    }
  }

  /** Whether a call of `program` would have to load a graph first. */
  needsLoading(program: Program): boolean {
    return this.compiled === null || !this.loaded.includes(program)
  }

  /** Makes variables of the tensors by name, if they are not yet, and loads what a call of `program` needs. */
  prepare(program: Program, tensors: ReadonlyMap<string, Tensor>): Compiled {
    const compiled = this.hold(program, tensors)
    this.ready.add(program)
    return compiled
  }

  private hold(program: Program, tensors: ReadonlyMap<string, Tensor>): Compiled {
    if (!this.holds(tensors)) this.take(program, this.wholeOf(tensors))
    else if (this.needsLoading(program)) this.reload(program)
    if (this.compiled === null) throw new Error('No graph is loaded.')
    return this.compiled
  }

  /** A variable has a new value: the tensor that stands for it. Its former one is void. */
  successor(variable: Variable): Tensor {
    const slot = this.slots.get(variable.name)
    if (slot === undefined) throw new Error(`There is no variable ${variable.name}.`)
    slot.at?.lose()
    const at = new Residence(this, slot)
    const tensor = this.verbs.resident(variable, at)
    at.tensor = tensor
    slot.at = at
    return tensor
  }

  /** Gives every tensor that stands for a variable its own numbers: no copies, the graph's buffers are shared. */
  fetch(stays: boolean): void {
    const isAsked = [...this.slots.values()].some(({ at }) => at?.tensor != null)
    if (this.compiled === null || !isAsked) return
    const values = this.compiled.read()
    let index = 0
    for (const slot of this.slots.values()) {
      const value = values[index++]
      const tensor = slot.at?.tensor ?? null
      if (value === undefined) continue
      if (tensor === null) value.dispose()
      else this.verbs.fill(tensor, value, stays)
      if (!stays) slot.at = null
    }
  }

  /** Frees the graph. Tensors that stand for variables get their own numbers first. */
  close(): void {
    this.fetch(false)
    this.unload()
    this.slots.clear()
    this.loaded = []
    this.expected.clear()
    this.announced = new Map()
  }

  private holds(tensors: ReadonlyMap<string, Tensor>): boolean {
    if (this.compiled === null) return false
    for (const [name, tensor] of tensors) {
      const at = this.slots.get(name)?.at ?? null
      if (at === null || this.verbs.residentOf(tensor) !== at) return false
    }
    return true
  }

  private wholeOf(tensors: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor> {
    const whole = this.announced
    this.announced = new Map()
    for (const [name, tensor] of tensors) if (whole.get(name) !== tensor) return tensors
    return [...whole.values()].some(({ isDisposed }) => isDisposed) ? tensors : whole
  }

  private take(program: Program, tensors: ReadonlyMap<string, Tensor>): void {
    this.fetch(false)
    const variables = [...tensors].map(([name, { dtype, shape }]): Variable => {
      if (dtype !== 'float32' && dtype !== 'int32')
        throw new Error(`${name} is ${dtype}, and a variable is float32 or int32.`)
      return { name, dtype, shape }
    })
    // Variables that are not given stay as they are: nobody has them.
    if (this.needsLoading(program) || !variables.every((variable) => this.has(variable))) {
      this.unload()
      this.loaded = []
      this.slots = new Map(variables.map((variable) => [variable.name, { variable, at: null }]))
      this.load(program)
    }
    this.compiled?.assign(tensors)
    for (const [name, tensor] of tensors) {
      const slot = this.slots.get(name)
      if (slot === undefined) continue
      slot.at = new Residence(this, slot)
      slot.at.tensor = tensor
      this.verbs.surrender(tensor, slot.at)
    }
  }

  private reload(program: Program): void {
    const values = this.compiled?.read() ?? []
    this.unload()
    this.load(program)
    const names = [...this.slots.keys()]
    this.compiled?.assign(new Map(values.map((value, index) => [names[index] ?? '', value])))
    dispose(values)
  }

  private load(program: Program): void {
    const programs = [...new Set([...this.loaded, program, ...this.expected.keys()])].filter((one) =>
      this.fits(one),
    )
    this.compiled = compile(
      this.verbs,
      [...this.slots.values()].map(({ variable }) => variable),
      programs,
    )
    this.loaded = programs
    for (const one of programs) this.expected.delete(one)
  }

  private fits({ reads }: Program): boolean {
    return reads.every((read) => read === null || this.has(read))
  }

  private has(variable: Variable): boolean {
    const slot = this.slots.get(variable.name)
    return slot !== undefined && formText(slot.variable) === formText(variable)
  }

  private unload(): void {
    this.ready.clear()
    this.compiled?.unload()
    this.compiled = null
  }
}

/** One value of a variable, for as long as the variable has it. */
class Residence implements Resident {
  tensor: Tensor | null = null
  private readonly workspace: Workspace
  private readonly slot: Slot
  private isLost = false

  constructor(workspace: Workspace, slot: Slot) {
    this.workspace = workspace
    this.slot = slot
  }

  lose(): void {
    this.isLost = true
  }

  fetch(): void {
    if (this.isLost)
      throw new Error(
        `${this.slot.variable.name} was handed to a compiled step, which made a new value of it; use the state that the step returned.`,
      )
    this.workspace.fetch(true)
  }

  release(): void {
    this.tensor = null
  }
}
