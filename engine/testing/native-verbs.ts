// Nothing in, the running library's verbs for a compiler out: for tests of what is compiled.
import { graphVerbs, startNative } from '../backends/native.ts'
import type { GraphVerbs } from '../backends/graph-verbs.ts'
import { Runtime } from '../spec/runtime.ts'

export async function nativeVerbs(): Promise<GraphVerbs> {
  await startNative(Runtime.parse({}))
  const verbs = graphVerbs()
  if (verbs === null) throw new Error('The native backend has no verbs for a compiler.')
  return verbs
}
