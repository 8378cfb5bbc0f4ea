// A transport in, a typed HostClient out: it parses every answer and every event, so that nobody behind it meets a wrong shape.
import type { z } from 'zod'
import type { HostError } from './errors.ts'
import { HostFailure } from './errors.ts'
import type { EventName, EventPayload, HostClient, MethodInput, MethodName, MethodOutput } from './host.ts'
import { hostContract } from './host.ts'
import type { Transport } from './transport.ts'
import { Answer, FileRef, Notice } from './transport.ts'

type Listener = (payload: unknown) => void

/**
 * Connects to the host and starts to listen at once.
 * @param onFault hears what was wrong with an event that did not parse, and what a listener threw; without it such a
 *   fault becomes an unhandled rejection, so that it is seen
 */
export function connect(transport: Transport, onFault: (fault: Error) => void = surface): HostClient {
  const listeners = new Map<string, Set<Listener>>()
  const connectionListeners = new Set<(connected: boolean) => void>()
  let connected: boolean | null = null
  let closed = false

  const stop = transport.listen(
    (notice) => {
      const heard = readNotice(notice, onFault)
      if (heard === null) return
      for (const listener of [...(listeners.get(heard.name) ?? [])]) guarded(listener, heard.payload, onFault)
    },
    (state) => {
      connected = state
      for (const listener of [...connectionListeners]) guarded(listener, state, onFault)
    },
  )

  return {
    async call<Name extends MethodName>(name: Name, input: MethodInput<Name>): Promise<MethodOutput<Name>> {
      if (closed) throw disconnected(`${name} was called after the connection was closed.`)
      const output = hostContract.methods[name].output as unknown as z.ZodType<MethodOutput<Name>>
      return valueOf(name, await sent(transport.call(name, input)), output)
    },
    on<Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void): () => void {
      const heard = listener as Listener
      const ofName = listeners.get(name) ?? new Set<Listener>()
      listeners.set(name, ofName)
      ofName.add(heard)
      return () => ofName.delete(heard)
    },
    onConnection(listener: (state: boolean) => void): () => void {
      connectionListeners.add(listener)
      if (connected !== null) listener(connected)
      return () => connectionListeners.delete(listener)
    },
    async addFile(file: unknown): Promise<FileRef> {
      if (closed) throw disconnected('A file was added after the connection was closed.')
      return valueOf('addFile', await sent(transport.addFile(file)), FileRef)
    },
    close(): void {
      closed = true
      stop()
      listeners.clear()
      connectionListeners.clear()
    },
  }
}

/** Unknown events are ignored: the host may be newer than the page. */
function readNotice(notice: unknown, onFault: (fault: Error) => void): Notice | null {
  const envelope = Notice.safeParse(notice)
  if (!envelope.success) {
    onFault(new Error('The host sent something that is no event.', { cause: envelope.error }))
    return null
  }
  const { name, payload } = envelope.data
  if (!Object.hasOwn(hostContract.events, name)) return null
  const parsed = hostContract.events[name as EventName].safeParse(payload)
  if (!parsed.success) {
    onFault(new Error(`The host sent a malformed ${name}.`, { cause: parsed.error }))
    return null
  }
  return { name, payload: parsed.data }
}

function valueOf<Value>(name: string, received: unknown, output: z.ZodType<Value>): Value {
  const answer = Answer.safeParse(received)
  if (!answer.success) throw malformed(name, answer.error)
  if (!answer.data.ok) throw new HostFailure(answer.data.error)
  const value = output.safeParse(answer.data.value)
  if (!value.success) throw malformed(name, value.error)
  return value.data
}

async function sent(travelling: Promise<unknown>): Promise<unknown> {
  try {
    return await travelling
  } catch (cause) {
    if (cause instanceof HostFailure) throw cause
    throw disconnected('The host cannot be reached. Is the program still running?', cause)
  }
}

function disconnected(message: string, cause?: unknown): HostFailure {
  return new HostFailure({ code: 'disconnected', message }, { cause })
}

function malformed(name: string, cause: unknown): HostFailure {
  const error: HostError = {
    code: 'internal',
    message: `The host's answer to ${name} is not what this page expects. Reload the page; if it stays, the log has more.`,
  }
  return new HostFailure(error, { cause })
}

function guarded<Value>(
  listener: (value: Value) => void,
  value: Value,
  onFault: (fault: Error) => void,
): void {
  try {
    listener(value)
  } catch (thrown) {
    onFault(thrown instanceof Error ? thrown : new Error(String(thrown)))
  }
}

function surface(fault: Error): void {
  void Promise.reject(fault)
}
