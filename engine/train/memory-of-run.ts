// What the steps of a run demand in, the memory of its process at the worst moment out: the trace, and around it what was measured.
import type { Demand } from '../jit/demand.ts'
import type { RunPlan } from '../spec/run-plan.ts'

const MB = 2 ** 20
// Measured by `npm run bench -- --only=memory`; decisions/0011 says on what.
/** Node, TensorFlow, and the data of a run of usual size. */
const LIBRARY = 440 * MB
/** Graphs, and the code that XLA makes of them. */
const CODE = { answering: 150 * MB, training: 200 * MB }
/** Weights and moments are in the graph, and most of them once more outside of it, as they were handed in. */
const COPIES = 1.9
/** Beside the tensors of a call: what an op needs inside, in widest tensors; and gaps between blocks, as a share of all. */
const INSIDE = 1
const GAPS = 0.1

export type Demands = {
  training: Demand | null
  answering: readonly Demand[]
  isCompiled: boolean
}

export function memoryOfRun({
  training,
  answering,
  isCompiled,
}: Demands): Pick<RunPlan, 'memory_bytes' | 'memory_parts'> {
  const all = [...(training === null ? [] : [training]), ...answering]
  const callOf = ({ peak, widest }: Demand): number => (1 + GAPS) * peak + INSIDE * widest
  const parts = {
    library: LIBRARY + (isCompiled ? CODE[training === null ? 'answering' : 'training'] : 0),
    weights: COPIES * Math.max(0, ...all.map(({ variables }) => variables)),
    training: training === null ? 0 : callOf(training),
    answering: Math.max(0, ...answering.map(callOf)),
  }
  const memory_bytes = parts.library + parts.weights + Math.max(parts.training, parts.answering)
  return { memory_bytes, memory_parts: parts }
}
