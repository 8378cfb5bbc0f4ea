// A host in a process of its own, for tests that end it the hard way: it queues one job and works on it until it is killed.
import { createHost } from '../create-host.ts'
import { Runtime } from '../../../engine/spec/runtime.ts'
import { forkNode } from '../engine/fork-node.ts'

const [data_dir = '', assets_dir = '', engine = '', dataset_id = '', queue = 'every'] = process.argv.slice(2)

const host = await createHost({
  data_dir,
  assets_dir,
  tensorflow_dir: null,
  version: '0.0.0',
  shell: queue === 'own' ? 'command-line' : 'memory',
  runtime: 'test',
  files: 'in-place',
  queue: queue === 'own' ? 'own' : 'every',
  fork: forkNode(engine),
  timing: { poll: 50, flush: 20, grace: 10_000 },
})
const { Hyperparameters } = await import('../../../engine/spec/hyperparameters.ts')
const job = await host.handlers['jobs.create']({
  name: '',
  dataset_id,
  model_id: 'sample',
  hyperparameters: Hyperparameters.parse({ train_step: 200, save_checkpoints_steps: 10, max_seq_length: 32 }),
  runtime: Runtime.parse({}),
  do_predict: false,
})
process.stdout.write(`${job.id}\n`)
