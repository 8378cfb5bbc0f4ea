// The host over Electron's messages: calls and files from our own page in, answers and notices as JSON out; anybody else is refused.
import { HostFailure } from '../contract/errors.ts'
import type { Answer, HostEnd } from '../contract/transport.ts'
import { ADD_FILE, CALL, NOTICE } from './channels.ts'
import { readInput } from '../shell/input-text.ts'
import { isOurFrame } from './security.ts'

/** As much of Electron's `ipcMain` as is used, so that the transport runs in a test as well. */
export type IpcMain = {
  handle(channel: string, listener: (event: IpcEvent, ...words: unknown[]) => unknown): void
}
export type IpcEvent = { senderFrame: { url: string; parent: unknown } | null }
/** As much of a window's `webContents` as is used. */
export type IpcPage = { send(channel: string, text: string): void; isDestroyed(): boolean }

const MOST_AT_ONCE = 256

/**
 * @param end settles when the host runs; calls that come earlier wait for it
 * @param addFile registers a path and answers with its FileRef
 * @param onRefused hears of every message that was not let in
 */
export function handleCalls(
  ipc: IpcMain,
  end: Promise<HostEnd>,
  addFile: (path: string) => Promise<Answer>,
  onRefused: (why: string) => void,
): void {
  let waiting = 0
  const guarded = (channel: string, work: (...words: unknown[]) => Promise<Answer>): void => {
    ipc.handle(channel, async (event, ...words) => {
      if (!isOurFrame(event.senderFrame)) {
        onRefused(`A message on ${channel} came from ${event.senderFrame?.url ?? 'a frame that is gone'}.`)
        throw new Error('This message is not for this page.')
      }
      if (waiting >= MOST_AT_ONCE) return JSON.stringify(busy)
      waiting += 1
      try {
        return JSON.stringify(await work(...words))
      } catch (cause) {
        if (cause instanceof HostFailure) return JSON.stringify({ ok: false, error: cause.error })
        throw cause
      } finally {
        waiting -= 1
      }
    })
  }

  guarded(CALL, async (name, text) => {
    if (typeof name !== 'string' || typeof text !== 'string') return malformed('A call is a name and a text.')
    const input = readInput(text)
    return 'fault' in input ? malformed(input.fault) : (await end).answer(name, input.value)
  })

  guarded(ADD_FILE, async (path) => {
    if (typeof path !== 'string' || path === '' || path.includes('\0')) {
      return malformed('This file has no place on disk. Save it first, then drop it here.')
    }
    await end
    return addFile(path)
  })
}

/** Tells the page every notice as long as it lives. Returns what ends the telling. */
export function tellPage(end: HostEnd, page: () => IpcPage | null): () => void {
  return end.subscribe((notice) => {
    const contents = page()
    if (contents !== null && !contents.isDestroyed()) contents.send(NOTICE, JSON.stringify(notice))
  })
}

const busy: Answer = {
  ok: false,
  error: {
    code: 'not-allowed-now',
    status: 'busy',
    message: `The host has ${MOST_AT_ONCE} calls to answer already. Wait a moment and try again.`,
  },
}

function malformed(message: string): Answer {
  return { ok: false, error: { code: 'invalid-input', faults: [], message } }
}
