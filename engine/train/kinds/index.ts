// A request in, what the kind of its task does its own way out. A new kind is a line here and a file beside this one.
import { classificationHead, regressionHead } from '../../model/heads.ts'
import type { RunRequest } from '../../spec/run.ts'
import type { TaskKind } from '../../spec/task-spec.ts'
import type { Workload } from '../workload.ts'
import { extractiveQa } from './extractive-qa.ts'
import { labelled } from './labelled.ts'
import { multipleChoice } from './multiple-choice.ts'

const KINDS: Record<TaskKind, (request: RunRequest) => Workload> = {
  classification: (request) => labelled(request, classificationHead(request.task.labels?.length ?? 0)),
  regression: (request) => labelled(request, regressionHead()),
  'extractive-qa': extractiveQa,
  'multiple-choice': multipleChoice,
}

/** @throws EngineFailure 'bad-config' where the knobs of the kind do not go together */
export function workloadOf(request: RunRequest): Workload {
  return KINDS[request.task.kind](request)
}
