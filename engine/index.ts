// The door of the engine: a request in, a stream of events out; one batch in, its layers out; or a question about a model's files in, its answer out.
export { run } from './train/run.ts'
export { forward } from './train/forward.ts'
export { answer } from './train/answer-question.ts'
