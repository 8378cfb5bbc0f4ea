// What carries calls and events between the window and the host: three functions, whatever lies under them.
import { z } from 'zod'
import { FileId } from './records.ts'
import { HostError } from './errors.ts'

/** A file after it was handed to the host. */
export const FileRef = z.object({ file_id: FileId, name: z.string(), bytes: z.number() })
export type FileRef = z.infer<typeof FileRef>

/** The answer to a call as it travels: a value, or a reason from the closed list. */
export const Answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: HostError }),
])
export type Answer = z.infer<typeof Answer>

/** An event as it travels. */
export const Notice = z.object({ name: z.string(), payload: z.unknown() })
export type Notice = z.infer<typeof Notice>

export type Transport = {
  /** Sends one call. Rejects only when the connection itself is gone. */
  call(name: string, input: unknown): Promise<unknown>
  /** Hears every event, and `connected: false` when the line breaks. Returns what ends the listening. */
  listen(onNotice: (notice: unknown) => void, onConnection: (connected: boolean) => void): () => void
  /**
   * Hands over a file that the person dropped or chose: its path on the desktop, its bytes elsewhere. `File` in the window.
   * Resolves to an Answer whose value is a FileRef.
   */
  addFile(file: unknown): Promise<unknown>
}

/** The host's end of every transport: what answers and what tells. Files come in by each transport's own way. */
export type HostEnd = {
  /** Answers one call; it never rejects. */
  answer(name: string, input: unknown): Promise<Answer>
  /** Tells every event; returns what ends the telling. */
  subscribe(tell: (notice: Notice) => void): () => void
}
