// What a compiler asks of the library: watch op calls, load a graph, run it, keep tensors that live inside it. The types alone.
import type { Tensor, TypedArray } from '@tensorflow/tfjs-core'

/** Two bytes a number: bfloat16 has the range of float32, half more digits and a range from 6e-8 to 65504. */
export type NarrowType = 'bfloat16' | 'half'
export type DType = 'float32' | 'int32' | 'bool' | NarrowType
export type OpAttr =
  { type: DType } | { int: number } | { float: number } | { bool: boolean } | { string: string }
export type OpAttrs = Readonly<Record<string, OpAttr>>
export type TensorForm = { dtype: DType; shape: readonly number[] }

/** An op as TensorFlow names it. `inputs` are what the watcher handed out for earlier outputs and constants. */
export type OpCall<Id> = { op: string; attrs: OpAttrs; inputs: readonly Id[]; outputs: number }

/** Told of every op instead of the library; what it hands out stands for the outputs. */
export type OpWatcher<Id extends object> = {
  constant(form: TensorForm, values: TypedArray): Id
  call(call: OpCall<Id>): (TensorForm & { id: Id })[]
  /** A tensor of the step is no longer needed. */
  dispose(id: Id): void
  /** Someone wants the numbers of a tensor that has none. */
  read(id: Id): never
}

/** An op that was executed, with a way to its numbers while they last. */
export type ExecutedOp = { op: string; outputs: { form: TensorForm; read(): TypedArray }[] }

/** A tensor of a graph variable: fetched when someone reads it. */
export type Resident = {
  /** Gives the tensors that hold it their own numbers, by `GraphVerbs.fill`. @throws Error when they are gone */
  fetch(): void
  /** A tensor that held it is gone. */
  release(tensor: Tensor): void
}

export type GraphVerbs = {
  /** Runs `run` while no op is executed: each is told to the watcher. Tensors from outside are not known in it. */
  watch<Id extends object, Result>(watcher: OpWatcher<Id>, run: (watched: Watched<Id>) => Result): Result
  /** Runs `run`, and tells of each op after it was executed. @param tell may return numbers that take the place of the first output's */
  tap<Result>(tell: (executed: ExecutedOp) => TypedArray | null, run: () => Result): Result
  /** Loads the SavedModel of a folder, which can be deleted then. @returns its number */
  load(folder: string): number
  /** One graph call. @param feeds,fetches names such as `x:0` @returns tensors that the caller disposes */
  run(graph: number, feeds: readonly (readonly [string, Tensor])[], fetches: readonly string[]): Tensor[]
  unload(graph: number): void
  /** A tensor whose numbers stay in a graph. */
  resident(form: TensorForm, resident: Resident): Tensor
  /** Lets the numbers of a tensor go: from now on they are the graph's. */
  surrender(tensor: Tensor, resident: Resident): void
  /** What `tensor` lives in; null when it has numbers of its own only. */
  residentOf(tensor: Tensor): Resident | null
  /** Gives a resident tensor its own numbers, those of `source`. @param stays whether it is still the graph's, too */
  fill(tensor: Tensor, source: Tensor, stays: boolean): void
  /** Tensor handles of the library in use. */
  handles(): number
  /** The number of the newest handle: the library counts them up to 2^31 - 1, and never uses one again. */
  newest(): number
}

export type Watched<Id> = {
  /** A tensor that stands for an argument. */
  stand(form: TensorForm, id: Id): Tensor
  idOf(tensor: Tensor): Id
}
