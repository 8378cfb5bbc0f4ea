// The program of the engine's process: the one file of the host that loads the engine, and TensorFlow with it.
import { run } from '../../../engine/index.ts'
import { openChannel } from './engine-channel.ts'
import { serveRun } from './serve-run.ts'

serveRun(run, openChannel())
