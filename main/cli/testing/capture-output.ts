// What the commands of a test file print and say, kept for its tests instead of shown.
import { afterEach, beforeEach, vi } from 'vitest'

export type Output = {
  /** On standard output. */
  printed: string
  /** On standard error. */
  said: string
}

/** Begins anew with each test of the file that calls this. */
export function captureOutput(): Output {
  const output: Output = { printed: '', said: '' }
  beforeEach(() => {
    Object.assign(output, { printed: '', said: '' })
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      output.printed += String(text)
      return true
    })
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      output.said += String(text)
      return true
    })
  })
  afterEach(() => vi.restoreAllMocks())
  return output
}
