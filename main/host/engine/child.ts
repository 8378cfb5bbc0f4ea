// The program of the engine's process: the one file of the host that loads the engine, and TensorFlow with it.
import os from 'node:os'
import { answer, run } from '../../../engine/index.ts'
import { openChannel } from './engine-channel.ts'
import { serveRun } from './serve-run.ts'

// The window comes first: where both want a core, training waits. TensorFlow's threads are made later and inherit this.
os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL)
serveRun(run, openChannel(), answer)
