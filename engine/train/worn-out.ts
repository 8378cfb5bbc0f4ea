// The tensors that a process has numbered in, an end of the run out before its numbers run out.
import { tensorNumbersUsed } from '../backends/native.ts'

/**
 * Half of the numbers that the binding has: it counts tensors in 32 bits with a sign, and where it starts over, a new tensor can take
 * the place of one that is in use. A compiled step takes about ten, one that is not compiled thousands.
 */
const NUMBERS = 2 ** 30

/** Thrown between two steps; the run is saved there, and `run` makes it the `worn-out` event. */
export class WornOut extends Error {
  constructor() {
    super('This process has numbered as many tensors as it can.')
    this.name = 'WornOut'
  }
}

/** @param numbers of this process, for a test @throws WornOut */
export function stopIfWornOut(numbers = NUMBERS): void {
  if (tensorNumbersUsed() >= numbers) throw new WornOut()
}
