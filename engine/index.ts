// The door of the engine: a request in, a stream of events out; or one batch in, its layers out.
export { run } from './train/run.ts'
export { forward } from './train/forward.ts'
