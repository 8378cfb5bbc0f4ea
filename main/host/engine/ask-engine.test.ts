// Questions to a process that answers something else.
import { expect, test } from 'vitest'
import { askEngine } from './ask-engine.ts'
import type { EngineProcess } from './engine-process.ts'

test('an answer that does not fit is refused at once, with what does not fit', async () => {
  let hear: (message: unknown) => void = () => undefined
  let end: (code: number | null, signal: string | null) => void = () => undefined
  const engine: EngineProcess = {
    pid: 1,
    send: ({ type }) => {
      if (type === 'received') end(0, null)
      else hear({ type: 'answer', answer: { ask: 'histogram', histogram: { least: null, most: 1 } } })
    },
    onMessage: (listener) => (hear = listener),
    onOutput: () => undefined,
    onExit: (listener) => (end = listener),
    kill: () => undefined,
  }
  const asked = askEngine(
    () => engine,
    {},
    { ask: 'histogram', init_checkpoint: 'model.ckpt', variable: 'w', bins: 8 },
  )
  hear({ type: 'ready' })
  await expect(asked).rejects.toMatchObject({
    error: { code: 'internal', message: expect.stringContaining('least') as unknown },
  })
})
