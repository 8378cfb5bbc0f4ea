// What the steps of a run demand in, the memory of its process at the worst moment out: the trace, and around it what was measured.
import type { Demand } from '../jit/demand.ts'
import type { RunPlan } from '../spec/run-plan.ts'

/** Measured by `npm run bench -- --only=memory`; see decisions/ for what each stands for. In bytes. */
const MB = 2 ** 20
/** Node and TensorFlow, loaded. */
const LIBRARY = 440 * MB
/** Graphs, and the code that XLA makes of them. */
const COMPILED_CODE = 150 * MB
/** Weights and moments are in the graph, and outside of it as they were handed in and as they are saved. */
const COPIES = 3
/** Beside the tensors of a call: what ops of several threads need inside, and gaps between blocks. In widest tensors. */
const ASIDE = 5

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
  const callOf = ({ peak, widest }: Demand): number => peak + ASIDE * widest
  const parts = {
    library: LIBRARY + (isCompiled ? COMPILED_CODE : 0),
    weights: COPIES * Math.max(0, ...all.map(({ variables }) => variables)),
    training: training === null ? 0 : callOf(training),
    answering: Math.max(0, ...answering.map(callOf)),
  }
  const memory_bytes = parts.library + parts.weights + Math.max(parts.training, parts.answering)
  return { memory_bytes, memory_parts: parts }
}
