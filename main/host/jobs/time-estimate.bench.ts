// A run of a few steps in, how the time that is told before its start compares with what it takes out: by a calibration, on a fresh folder.
import { mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { peakMemory } from '../../../engine/bench/ours/process-figures.ts'
import { configOf, requestOf } from '../../../engine/bench/ours/request.ts'
import { LABELS } from '../../../engine/bench/scratch.ts'
import type { Measured, Work } from '../../../engine/bench/work.ts'
import { createHost } from '../create-host.ts'
import { forkNode } from '../engine/fork-node.ts'
import type { Host } from '../host.ts'

/** The engine's process, as `npm run bench` bundles it, below the checkout. */
export const BENCH_ENGINE = 'node_modules/.cache/bench/child.cjs'

/** Told / taken by training; evaluating and the whole run, with compiling, are in the note. */
export async function measureTimeEstimate(work: Work): Promise<Measured> {
  const own = mkdtempSync(path.join(work.folder, 'time-'))
  const checkout = process.cwd()
  const host = await createHost({
    data_dir: path.join(own, 'data'),
    assets_dir: path.join(checkout, 'assets'),
    tensorflow_dir: process.env['ALBERT_TENSORFLOW_DIR'] ?? null,
    version: '0.0.0',
    shell: 'memory',
    runtime: 'bench',
    files: 'in-place',
    fork: forkNode(path.join(checkout, BENCH_ENGINE)),
  })
  try {
    const request = requestOf(work, {
      files: { train: 'short-train.tsv', dev: 'short-dev.tsv' },
      labels: LABELS,
      config: configOf(work),
      hyperparameters: { train_step: work.steps, save_checkpoints_steps: Math.ceil(work.steps / 2) },
    })
    const run = { name: 'run', dataset_name: 'short', model_name: work.size, request }
    const { seconds: told } = await host.planRun(run)
    if (told === null) throw new Error('No time was told.')
    const { id } = await host.createRun(run)
    const { taken, whole } = await toItsEnd(host, id)
    const say = (seconds: number) => seconds.toFixed(1)
    return {
      values: [told.training / taken],
      peak_memory_bytes: peakMemory(),
      note: `${say(told.training)} s of training told, ${say(taken)} taken; with ${say(told.evaluating)} s of evaluating told, the whole run took ${say(whole)} s`,
    }
  } finally {
    await host.close()
    rmSync(own, { recursive: true, force: true })
  }
}

async function toItsEnd(host: Host, job_id: string): Promise<{ taken: number; whole: number }> {
  for (;;) {
    const job = (await host.handlers['jobs.list']({})).find(({ id }) => id === job_id)
    if (job?.result != null)
      return {
        taken: job.result.train_seconds,
        whole: ((job.ended_at ?? NaN) - (job.started_at ?? NaN)) / 1000,
      }
    if (job?.error != null) throw new Error(job.error.message)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
