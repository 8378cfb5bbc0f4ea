// The door of the engine: a request in, a stream of events out.
export { run } from './train/run.ts'
