// Tensors as they are made and disposed in, the most bytes that were held at once out: what a step takes that is not compiled.
import { bytesOf, viewedBy, type Value } from './traced.ts'

export class Held {
  /** The most so far, in bytes. */
  peak = 0
  private bytes = 0
  /** Handles of each buffer. */
  private readonly handles = new Map<Value, number>()

  take(value: Value): void {
    const buffer = viewedBy(value)
    if (buffer.op.noted === null) return // an argument, or a constant: there before
    const count = this.handles.get(buffer) ?? 0
    this.handles.set(buffer, count + 1)
    if (count === 0) this.bytes += bytesOf(buffer)
    this.peak = Math.max(this.peak, this.bytes)
  }

  drop(value: Value): void {
    const buffer = viewedBy(value)
    const count = this.handles.get(buffer)
    if (count === undefined) return
    if (count > 1) {
      this.handles.set(buffer, count - 1)
      return
    }
    this.handles.delete(buffer)
    this.bytes -= bytesOf(buffer)
  }
}
