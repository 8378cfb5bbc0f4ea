// Nothing in, the memory of arrays that nobody holds any more given back: before V8 would find the time by itself.
import v8 from 'node:v8'
import { runInNewContext } from 'node:vm'

let collect: (() => void) | undefined

/** For a moment between two very large arrays, or once in many steps; it costs some milliseconds. */
export function collectGarbage(): void {
  if (collect === undefined) {
    v8.setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
  }
  collect()
}
