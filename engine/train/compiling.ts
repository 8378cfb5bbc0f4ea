// Steps that were told to come in, phase events out while they are compiled, shape by shape; and a line for the log at the end.
import type { Compiler } from '../jit/jit.ts'
import type { RunEvent } from '../spec/run.ts'
import { breathe } from './cancelled.ts'
import { logged } from './progress.ts'

/** Nothing where nothing is to be compiled. @throws Cancelled */
export async function* compiled(
  compile: Compiler['compile'],
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void> {
  const started = performance.now()
  let shapes = 0
  let functions = 0
  for (const { done, total, functions: so_far } of compile()) {
    yield { type: 'phase', phase: 'compiling', detail: '', done, total }
    await breathe(signal)
    shapes = done
    functions = so_far
  }
  if (shapes > 0) yield logged('info', sentence(shapes, functions, (performance.now() - started) / 1000))
}

function sentence(shapes: number, functions: number, seconds: number): string {
  const steps = shapes === 1 ? 'One shape of a step was' : `${shapes} shapes of steps were`
  return `${steps} compiled, with ${functions} functions, in ${seconds.toFixed(1)} s.`
}
