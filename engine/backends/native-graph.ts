// The library's binding and tfjs-node's backend class in, the backend with the verbs of graph-verbs.ts out.
import {
  engine,
  type DataId,
  type DataType,
  type Tensor,
  type TensorInfo,
  type TypedArray,
} from '@tensorflow/tfjs-core'
import type {
  DType,
  ExecutedOp,
  GraphVerbs,
  OpAttr,
  OpAttrs,
  OpWatcher,
  Resident,
  TensorForm,
  Watched,
} from './graph-verbs.ts'
import type { NativeBinding, NativeKernelBackend } from './native-kernels.ts'

/** As the binding writes an attribute. */
type RawAttr = { name: string; type: number; value: unknown }
type RawTensor = { id: unknown; shape: number[]; dtype: number }
type GraphBinding = NativeBinding & {
  TF_BOOL: number
  TF_ATTR_STRING: number
  TF_ATTR_FLOAT: number
  TF_ATTR_BOOL: number
  createTensor(shape: number[], dtype: number, values: TypedArray): unknown
  deleteTensor(id: unknown): void
  tensorDataSync(id: unknown): TypedArray
  executeOp(op: string, attrs: RawAttr[], inputs: unknown[], outputs: number): RawTensor[]
  loadSavedModel(folder: string, tags: string): number
  deleteSavedModel(graph: number): void
  runSavedModel(graph: number, inputs: unknown[], input_names: string, output_names: string): RawTensor[]
}

/** What tfjs-node keeps of a tensor; `resident` is ours. */
type Entry = {
  shape: number[]
  dtype: number
  values: TypedArray | null
  id: unknown
  refCount: number
  resident?: { at: Resident; tensor: Tensor } | undefined
}
type Backend = NativeKernelBackend & {
  binding: GraphBinding
  tensorMap: { get(id: DataId): Entry; set(id: DataId, entry: Entry): void; has(id: DataId): boolean }
  getInputTensorIds(tensors: TensorInfo[]): unknown[]
  createOutputTensor(raw: RawTensor): Tensor
}
/** `known`: while ops are watched, the tensors made since. `newest`: the number of the library's last output. */
type Watching = { known: WeakSet<DataId> | null; newest: number }
type BackendClass = new (binding: NativeBinding, packageName: string) => Backend

const NO_ID = -1

/** A backend of the class with resident tensors, and the verbs for it. */
export function withGraphs(
  Base: new (binding: NativeBinding, packageName: string) => NativeKernelBackend,
  binding: NativeBinding,
  packageName: string,
): { backend: NativeKernelBackend; graphs: GraphVerbs } {
  const GraphBackend: new (binding: NativeBinding, packageName: string) => Backend & Watching =
    class extends (Base as BackendClass) {
      known: WeakSet<DataId> | null = null
      newest = 0

      override getInputTensorIds(tensors: TensorInfo[]): unknown[] {
        for (const { dataId, shape } of tensors) {
          if (this.known === null) this.fetch(dataId)
          else if (!this.known.has(dataId)) throw outsider(shape)
        }
        return super.getInputTensorIds(tensors)
      }

      override createOutputTensor(raw: RawTensor): Tensor {
        const tensor = super.createOutputTensor(raw)
        if (this.known === null) this.newest = raw.id as number
        else this.known.add(tensor.dataId)
        return tensor
      }

      override move(
        dataId: DataId,
        values: TypedArray,
        shape: number[],
        dtype: DataType,
        refCount: number,
      ): void {
        super.move(dataId, values, shape, dtype, refCount)
        this.known?.add(dataId)
      }

      override readSync(dataId: DataId): TypedArray {
        this.fetch(dataId)
        return super.readSync(dataId) as TypedArray
      }

      override disposeData(dataId: DataId, force = false): boolean {
        const entry = this.tensorMap.has(dataId) ? this.tensorMap.get(dataId) : null
        const gone = super.disposeData(dataId, force)
        if (gone && entry?.resident !== undefined) entry.resident.at.release(entry.resident.tensor)
        return gone
      }

      private fetch(dataId: DataId): void {
        if (!this.tensorMap.has(dataId)) return
        const { resident, id } = this.tensorMap.get(dataId)
        if (resident !== undefined && id === NO_ID) resident.at.fetch()
      }
    }
  const backend = new GraphBackend(binding, packageName)
  return { backend, graphs: verbsOf(backend) }
}

function outsider(shape: readonly number[]): Error {
  return new Error(
    `A tensor [${shape.join(', ')}] made outside of the step is used in it; hand it in as an argument, else it would be a constant of the graph.`,
  )
}

function verbsOf(backend: Backend & Watching): GraphVerbs {
  const real = backend.binding
  const types = dtypesOf(real)
  const entryOf = (tensor: Tensor): Entry => backend.tensorMap.get(tensor.dataId)
  const instead = <Result>(overrides: Partial<GraphBinding>, run: () => Result): Result => {
    const before = backend.binding
    // The binding's own properties are read-only: these stand before them.
    backend.binding = Object.create(real, Object.getOwnPropertyDescriptors(overrides)) as GraphBinding
    try {
      return run()
    } finally {
      backend.binding = before
    }
  }
  const formOf = ({ shape, dtype }: RawTensor): TensorForm => ({ shape, dtype: types.nameOf(dtype) })

  return {
    watch: <Id extends object, Result>(
      watcher: OpWatcher<Id>,
      run: (watched: Watched<Id>) => Result,
    ): Result => {
      backend.known = new WeakSet()
      const overrides: Partial<GraphBinding> = {
        createTensor: (shape, dtype, values) =>
          watcher.constant({ shape: [...shape], dtype: types.nameOf(dtype) }, values),
        executeOp: (op, attrs, inputs, outputs) =>
          watcher
            .call({ op, attrs: attrsOf(real, attrs, types.nameOf), inputs: inputs as Id[], outputs })
            .map(({ id, shape, dtype }) => ({ id, shape: [...shape], dtype: types.numberOf(dtype) })),
        tensorDataSync: (id) => watcher.read(id as Id),
        deleteTensor: (id) => watcher.dispose(id as Id),
      }
      const watched: Watched<Id> = {
        stand: ({ shape, dtype }, id) =>
          backend.createOutputTensor({ id, shape: [...shape], dtype: types.numberOf(dtype) }),
        idOf: (tensor) => backend.getInputTensorIds([tensor])[0] as Id,
      }
      try {
        return instead(overrides, () => run(watched))
      } finally {
        backend.known = null
      }
    },

    tap: (tell, run) =>
      instead(
        {
          executeOp: (op, attrs, inputs, outputs) => {
            const made = real.executeOp(op, attrs, inputs, outputs)
            const executed: ExecutedOp = {
              op,
              outputs: made.map((raw) => ({ form: formOf(raw), read: () => real.tensorDataSync(raw.id) })),
            }
            const values = tell(executed)
            const [first, ...others] = made
            if (values === null || first === undefined) return made
            real.deleteTensor(first.id)
            return [{ ...first, id: real.createTensor(first.shape, first.dtype, values) }, ...others]
          },
        },
        run,
      ),

    load: (folder) => real.loadSavedModel(folder, 'serve'),
    run: (graph, feeds, fetches) => {
      const ids = backend.getInputTensorIds(feeds.map(([, tensor]) => tensor))
      const names = feeds.map(([name]) => name).join(',')
      return real
        .runSavedModel(graph, ids, names, fetches.join(','))
        .map((raw) => backend.createOutputTensor(raw))
    },
    unload: (graph) => real.deleteSavedModel(graph),

    resident: ({ shape, dtype }, at) => {
      const dataId = {}
      const entry: Entry = {
        shape: [...shape],
        dtype: types.numberOf(dtype),
        values: null,
        id: NO_ID,
        refCount: 1,
      }
      backend.tensorMap.set(dataId, entry)
      const tensor = engine().makeTensorFromTensorInfo({
        dataId,
        shape: [...shape],
        dtype: dtype as DataType,
      })
      entry.resident = { at, tensor }
      return tensor
    },
    surrender: (tensor, at) => {
      const entry = entryOf(tensor)
      if (entry.id !== NO_ID) real.deleteTensor(entry.id)
      Object.assign(entry, { id: NO_ID, values: null, resident: { at, tensor } })
    },
    residentOf: (tensor) => entryOf(tensor).resident?.at ?? null,
    fill: (tensor, source, stays) => {
      const entry = entryOf(tensor)
      if (entry.id === NO_ID) {
        const given = entryOf(source)
        entry.id = given.id
        given.id = NO_ID
      }
      if (!stays) entry.resident = undefined
      source.dispose()
    },
    handles: () => real.getNumOfTensors(),
    newest: () => backend.newest,
  }
}

function dtypesOf(binding: GraphBinding) {
  const numbers: Record<DType, number> = {
    float32: binding.TF_FLOAT,
    int32: binding.TF_INT32,
    bool: binding.TF_BOOL,
    // DT_BFLOAT16 and DT_HALF, for which the binding has no names; no tensor of them leaves a graph.
    bfloat16: 14,
    half: 19,
  }
  const names = new Map(Object.entries(numbers).map(([name, number]) => [number, name as DType]))
  return {
    numberOf: (name: DType): number => numbers[name],
    nameOf: (number: number): DType => {
      const name = names.get(number)
      if (name === undefined) throw new Error(`TensorFlow's dtype ${number} does not occur in a step.`)
      return name
    },
  }
}

function attrsOf(
  binding: GraphBinding,
  attrs: readonly RawAttr[],
  nameOf: (dtype: number) => DType,
): OpAttrs {
  const read = ({ name, type, value }: RawAttr): OpAttr => {
    if (type === binding.TF_ATTR_TYPE) return { type: nameOf(value as number) }
    if (type === binding.TF_ATTR_INT) return { int: value as number }
    if (type === binding.TF_ATTR_FLOAT) return { float: value as number }
    if (type === binding.TF_ATTR_BOOL) return { bool: value as boolean }
    if (type === binding.TF_ATTR_STRING) return { string: value as string }
    throw new Error(`The attribute ${name} has the type ${type}, which a traced step cannot hold yet.`)
  }
  return Object.fromEntries(attrs.map((attr) => [attr.name, read(attr)]))
}
