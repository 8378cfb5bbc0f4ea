// Nodes and functions as plain values in, TensorFlow's protobuf messages out: GraphDef inside a SavedModel.
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { DType, OpAttr } from '../backends/graph-verbs.ts'
import { sizeOf, type Constant } from './traced.ts'

export type NodeAttr =
  | OpAttr
  | { types: readonly DType[] }
  | { shape: readonly number[] }
  | { tensor: { dtype: DType; shape: readonly number[]; constant: Constant } }
  | { function: string }

export type GraphNode = {
  name: string
  op: string
  /** `node:1`, `^node`; inside a function `argument` or `node:output_name:0`. */
  inputs: readonly string[]
  attrs: Readonly<Record<string, NodeAttr>>
}

export type GraphFunction = {
  name: string
  args: readonly { name: string; dtype: DType }[]
  results: readonly { name: string; dtype: DType; from: string }[]
  nodes: readonly GraphNode[]
  attrs: Readonly<Record<string, NodeAttr>>
}

const DTYPES: Record<DType, number> = { float32: 1, int32: 3, bool: 10, bfloat16: 14, half: 19 }
/** Of the op versions that the graph is written for; TensorFlow reads older ones as it did then. */
const PRODUCER = 1882
/** The tag that a loader asks for. */
export const TAG = 'serve'

type Fill = (writer: BinaryWriter) => void

/** The bytes of `saved_model.pb`: one graph under the tag `serve`, with no signatures, for it is run by the names of its nodes. */
export function savedModelBytes(
  nodes: readonly GraphNode[],
  functions: readonly GraphFunction[],
): Uint8Array {
  const graphDef: Fill = (writer) => {
    for (const node of nodes) message(writer, 1, nodeDef(node))
    message(writer, 2, (library) => {
      for (const one of functions) message(library, 1, functionDef(one))
    })
    message(writer, 4, (versions) => versions.tag(1, WireType.Varint).int32(PRODUCER))
  }
  const writer = new BinaryWriter()
  writer.tag(1, WireType.Varint).int64(1) // saved_model_schema_version
  message(writer, 2, (meta_graph) => {
    message(meta_graph, 1, (info) => info.tag(4, WireType.LengthDelimited).string(TAG))
    message(meta_graph, 2, graphDef)
  })
  return writer.finish()
}

function message(writer: BinaryWriter, field: number, fill: Fill): void {
  writer.tag(field, WireType.LengthDelimited).fork()
  fill(writer)
  writer.join()
}

function nodeDef({ name, op, inputs, attrs }: GraphNode): Fill {
  return (writer) => {
    text(writer, 1, name)
    text(writer, 2, op)
    for (const input of inputs) text(writer, 3, input)
    attrMap(writer, 5, attrs)
  }
}

function functionDef({ name, args, results, nodes, attrs }: GraphFunction): Fill {
  const argDef =
    (arg: string, dtype: DType): Fill =>
    (writer) => {
      text(writer, 1, arg)
      writer.tag(3, WireType.Varint).int32(DTYPES[dtype])
    }
  return (writer) => {
    message(writer, 1, (signature) => {
      text(signature, 1, name)
      for (const arg of args) message(signature, 2, argDef(arg.name, arg.dtype))
      for (const result of results) message(signature, 3, argDef(result.name, result.dtype))
    })
    for (const node of nodes) message(writer, 3, nodeDef(node))
    for (const result of results) {
      message(writer, 4, (entry) => {
        text(entry, 1, result.name)
        text(entry, 2, result.from)
      })
    }
    attrMap(writer, 5, attrs)
  }
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value)
}

function attrMap(writer: BinaryWriter, field: number, attrs: GraphNode['attrs']): void {
  for (const [name, value] of Object.entries(attrs)) {
    message(writer, field, (entry) => {
      text(entry, 1, name)
      message(entry, 2, attrValue(value))
    })
  }
}

function attrValue(attr: NodeAttr): Fill {
  return (writer) => {
    if ('type' in attr) writer.tag(6, WireType.Varint).int32(DTYPES[attr.type])
    else if ('int' in attr) writer.tag(3, WireType.Varint).int64(attr.int)
    else if ('float' in attr) writer.tag(4, WireType.Bit32).float(attr.float)
    else if ('bool' in attr) writer.tag(5, WireType.Varint).bool(attr.bool)
    else if ('string' in attr) text(writer, 2, attr.string)
    else if ('shape' in attr) message(writer, 7, shapeProto(attr.shape))
    else if ('tensor' in attr) message(writer, 8, tensorProto(attr.tensor))
    else if ('function' in attr) message(writer, 10, (named) => text(named, 1, attr.function))
    else
      message(writer, 1, (list) => {
        for (const dtype of attr.types) list.tag(6, WireType.Varint).int32(DTYPES[dtype])
      })
  }
}

function shapeProto(shape: readonly number[]): Fill {
  return (writer) => {
    for (const size of shape) message(writer, 2, (dim) => dim.tag(1, WireType.Varint).int64(size))
  }
}

function tensorProto({
  dtype,
  shape,
  constant,
}: {
  dtype: DType
  shape: readonly number[]
  constant: Constant
}): Fill {
  return (writer) => {
    writer.tag(1, WireType.Varint).int32(DTYPES[dtype])
    message(writer, 2, shapeProto(shape))
    if (sizeOf(shape) === 0) return
    if ('values' in constant) writer.tag(4, WireType.LengthDelimited).bytes(bytesOf(dtype, constant.values))
    else if (dtype === 'float32')
      writer.tag(5, WireType.Bit32).float(constant.uniform) // one value stands for all
    else if (dtype === 'int32') writer.tag(7, WireType.Varint).int32(constant.uniform)
    else writer.tag(11, WireType.Varint).bool(constant.uniform !== 0)
  }
}

/** Little-endian, as every machine that this runs on. */
function bytesOf(dtype: DType, values: ArrayLike<number>): Uint8Array {
  if (dtype === 'bool') return Uint8Array.from(values)
  const typed = dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values)
  return new Uint8Array(typed.buffer)
}
