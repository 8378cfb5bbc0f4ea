// A function and the forms of its arguments in, every op it calls noted out: run once, with nothing computed.
import { tidy, type Tensor, type TypedArray } from '@tensorflow/tfjs-core'
import type { GraphVerbs, OpCall, TensorForm } from '../backends/graph-verbs.ts'
import { watchRegions } from '../model/region.ts'
import { Held } from './held.ts'
import { ruleOf } from './ops.ts'
import { makeOp, only, type Constant, type Op, type Region, type Traced, type Value } from './traced.ts'

/** A trace as it was noted, and the most bytes that its tensors would have taken at once, each disposed when the step did so. */
export type Noted = Traced & { eager_peak: number }

/**
 * Runs `step` on tensors that have a form and no numbers.
 * @param step is given a tensor for each of `args`, and returns those whose values are the results
 * @throws Error that names the op when a value is read, or when the op is not known
 */
export function trace(
  verbs: GraphVerbs,
  args: readonly TensorForm[],
  step: (args: Tensor[]) => readonly Tensor[],
): Noted {
  const ops: Op[] = []
  const add = (op: Op): Op => {
    ops.push(op)
    return op
  }
  let region: Region | null = null
  let depth = 0
  let regions = 0
  let noted = 0
  const held = new Held()
  const watcher = {
    constant: (form: TensorForm, values: TypedArray): Value =>
      only(add(makeOp({ name: 'Const', forms: [form], constant: constantOf(values) }))),
    call: ({ op: name, attrs, inputs }: OpCall<Value>) => {
      const forms = ruleOf(name).infer(inputs, attrs)
      const op = add(makeOp({ name, attrs, inputs, forms, region, noted }))
      noted += 1
      op.outputs.forEach((value) => held.take(value))
      return op.outputs.map((value) => ({ id: value, dtype: value.dtype, shape: value.shape }))
    },
    dispose: (value: Value): void => held.drop(value),
    read: (value: Value): never => {
      throw new Error(
        `The value of ${value.op.name} [${value.shape.join(', ')}] was read inside a step. A compiled step has no values while it is traced: return the tensor, and read it outside.`,
      )
    },
  }
  const marks = {
    enter: (name: string): void => {
      if (depth === 0) region = { name, number: (regions += 1) }
      depth += 1
    },
    leave: (): void => {
      depth -= 1
      if (depth === 0) region = null
    },
  }
  return tidy('trace', () => {
    const traced = verbs.watch<Value, Noted>(watcher, ({ stand, idOf }) => {
      const values = args.map((form) => only(add(makeOp({ name: 'Argument', forms: [form] }))))
      const stands = values.map((value) => stand(value, value))
      const results = watchRegions(marks, () => step(stands)).map(idOf)
      return { args: values, ops, results, eager_peak: held.peak }
    })
    return traced as unknown as Tensor // tidy passes on what is no tensor
  }) as unknown as Noted
}

function constantOf(values: TypedArray): Constant {
  const [first] = values
  if (first === undefined) return { values }
  return values.every((value) => Object.is(value, first)) ? { uniform: first } : { values }
}
