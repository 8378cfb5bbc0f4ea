// Real processes: one that is killed with SIGKILL in the middle of a run, one whose stdout must hold events only, one without TensorFlow.
import { build } from 'esbuild'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { RunEvent, type RunRequest } from '../spec/run.ts'
import { only, tinyRequest } from '../testing/tiny-run.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 })

const ROOT = path.join(import.meta.dirname, '../..')
/** Inside the checkout, so that the packages are found; the whole engine as one CommonJS file, as the program ships it. */
const CHILD = path.join(ROOT, `node_modules/.cache/engine-test/run-child-${process.pid}.cjs`)
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'albert-kill-'))
  await build({
    entryPoints: [path.join(ROOT, 'engine/testing/run-child.ts')],
    outfile: CHILD,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node16',
    external: ['@tensorflow/*'],
    logOverride: { 'empty-import-meta': 'silent' }, // read only where there is no __filename
  })
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await rm(CHILD, { force: true })
})

/** Runs the request in a child until it ends, or until `isLast` wants it dead. */
async function runChild(request: RunRequest, isLast: (event: RunEvent) => boolean, env = process.env) {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(request)], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.on('exit', (_, signal) => resolve(signal)),
  )
  const events: RunEvent[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    const event = RunEvent.parse(JSON.parse(line)) // anything else on stdout fails here
    events.push(event)
    if (isLast(event)) child.kill('SIGKILL')
    else child.stdin.write('\n')
  }
  return { events, signal: await ended }
}

const never = () => false

test('a run that is killed at a random step ends with the same bits', async () => {
  const options = { hyperparameters: { train_step: 12, save_checkpoints_steps: 4 } }
  const whole = await tinyRequest(path.join(folder, 'whole'), options)
  const uninterrupted = await runChild(whole, never)
  expect(only(uninterrupted.events, 'finished')).toHaveLength(1)

  const broken = await tinyRequest(path.join(folder, 'broken'), options)
  for (const killed_at of [1 + Math.floor(Math.random() * 11), 6 + Math.floor(Math.random() * 6)]) {
    const { signal } = await runChild(
      broken,
      (event) => event.type === 'step' && event.point.step >= killed_at,
    )
    expect(signal, `killed at step ${killed_at}`).toBe('SIGKILL')
  }
  const { events } = await runChild(broken, never)
  expect(only(events, 'finished')).toHaveLength(1)
  for (const name of ['model.ckpt-12', 'model.ckpt-best'].map((prefix) => `${prefix}.data-00000-of-00001`)) {
    const [a, b] = await Promise.all(
      [whole, broken].map(({ output_dir }) => readFile(path.join(output_dir, name))),
    )
    expect(b?.equals(a as Buffer), name).toBe(true)
  }
})

test.each([
  ['absent', null],
  ['broken', 'no library'],
])('where TensorFlow is %s the run says what is missing and what to do', async (name, content) => {
  const request = await tinyRequest(path.join(folder, name))
  if (content !== null) await writeFile(path.join(request.data_dir, 'tfjs_binding.node'), content)
  const env = { ...process.env, ALBERT_TENSORFLOW_DIR: request.data_dir }
  const [failed] = only((await runChild(request, never, env)).events, 'failed')
  expect(failed?.error.code).toBe('backend-missing')
  expect(failed?.error.message).toContain(request.data_dir)
  expect(failed?.error.message).toContain('Run the set-up again')
})
