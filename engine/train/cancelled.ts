// An AbortSignal in, an end of the run out: how a request to stop travels through code that is in the middle of something.

/** Thrown where a run notices that it was asked to stop; `run` makes it the `cancelled` event. */
export class Cancelled extends Error {
  constructor() {
    super('The run was cancelled.')
    this.name = 'Cancelled'
  }
}

/** @throws Cancelled */
export function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new Cancelled()
}

/**
 * Gives the event loop a turn, so that messages are read and sent between steps, and stops when one of them asked for it.
 * @throws Cancelled
 */
export async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  stopIfAborted(signal)
}
