// A finished job in, its scores on standard output out.
import type { JobRecord } from '../contract/records.ts'
import { printJson, printLines } from './print.ts'

/** One `key = value` a line, as in the original's eval_results.txt; or one JSON object. */
export function printResult(job: JobRecord, output_dir: string, json: boolean): void {
  const { result } = job
  if (json) {
    printJson({ job_id: job.id, name: job.name, output_dir, result })
    return
  }
  const scores: Record<string, number> =
    result === null ? {} : { ...result.metrics, best_step: result.best_step }
  printLines(Object.entries(scores).map(([name, value]) => `${name} = ${value}`))
  process.stderr.write(`The run's files are in ${output_dir}\n`)
}
