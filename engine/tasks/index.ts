// A name in, the built-in task of that name out; and the list of them all.
import type { TaskSpec } from '../spec/task-spec.ts'
import { ax } from './ax.ts'
import { cola } from './cola.ts'
import { mismnli } from './mismnli.ts'
import { mnli } from './mnli.ts'
import { mrpc } from './mrpc.ts'
import { qnli } from './qnli.ts'
import { qqp } from './qqp.ts'
import { race } from './race.ts'
import { rte } from './rte.ts'
import { sample } from './sample.ts'
import { squadV1 } from './squad-v1.ts'
import { squadV2 } from './squad-v2.ts'
import { sst2 } from './sst-2.ts'
import { stsb } from './sts-b.ts'
import { wnli } from './wnli.ts'
import { xnli } from './xnli.ts'

/** The tasks that ship, in the order in which GLUE lists them; then XNLI, SQuAD, RACE, and the sample. */
export const TASKS: readonly TaskSpec[] = [
  cola,
  sst2,
  mrpc,
  stsb,
  qqp,
  mnli,
  mismnli,
  qnli,
  rte,
  wnli,
  ax,
  xnli,
  squadV1,
  squadV2,
  race,
  sample,
]

/** Upper and lower case do not matter, as in the original's `--task_name`. */
export function taskNamed(name: string): TaskSpec | null {
  return TASKS.find((task) => task.name.toLowerCase() === name.toLowerCase()) ?? null
}
