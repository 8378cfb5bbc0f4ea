// The engine's process has the settings of its run: a program that tells its environment stands in for it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RunRequest } from '../../../engine/spec/run.ts'
import { Runtime } from '../../../engine/spec/runtime.ts'
import { askEngine } from './ask-engine.ts'
import { startEngine } from './engine-client.ts'
import { forkNode } from './fork-node.ts'

const TELLING = `
process.on('message', () => {
  const names = Object.keys(process.env).filter((name) => name.startsWith('TF_') || name === 'GIVEN').sort()
  console.log(names.map((name) => name + '=' + process.env[name]).join(' '))
  process.exit(0)
})
process.send({ type: 'ready' })
`

function telling(): ReturnType<typeof forkNode> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'albert-settings-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const script = path.join(folder, 'telling.cjs')
  writeFileSync(script, TELLING)
  for (const name of Object.keys(process.env)) if (name.startsWith('TF_')) vi.stubEnv(name, undefined)
  vi.stubEnv('TF_ENABLE_ONEDNN_OPTS', '0') // what the user wants
  onTestFinished(() => void vi.unstubAllEnvs())
  return forkNode(script)
}

test('of a run', async () => {
  const said: string[] = []
  const listeners = {
    onStarted: () => undefined,
    onEvent: () => undefined,
    record: () => Promise.resolve(),
    onOutput: (line: string) => void said.push(line),
  }
  const request = { runtime: Runtime.parse({ threads: 3 }) } as RunRequest
  await startEngine(telling(), { GIVEN: 'yes' }, request, listeners, 10_000).ended
  expect(said).toEqual([
    'GIVEN=yes TF_CPP_MIN_LOG_LEVEL=2 TF_ENABLE_ONEDNN_OPTS=0 TF_FORCE_GPU_ALLOW_GROWTH=true TF_NUM_INTRAOP_THREADS=3',
  ])
})

test('of a question', async () => {
  const said: string[] = []
  const question = { ask: 'histogram', folder: '', name: '' } as unknown as Parameters<typeof askEngine>[2]
  const asked = askEngine(telling(), {}, question, { onOutput: (line) => said.push(line) })
  await expect(asked).rejects.toThrow(/ended/)
  expect(said).toEqual(['TF_CPP_MIN_LOG_LEVEL=2 TF_ENABLE_ONEDNN_OPTS=0 TF_FORCE_GPU_ALLOW_GROWTH=true'])
})
