// The program of a worker thread: chunks of examples in, their features out; before the first, that it has begun.
import { parentPort, workerData } from 'node:worker_threads'
import { loadTokenizer, type VocabularyFiles } from '../../text/tokenizer.ts'
import { buffersOf } from './pack-features.ts'
import { featurizerOf, type FeaturizerName, type SettingsOf } from './featurizers.ts'

/** What a worker is started with. */
export type WorkerStart = {
  files: VocabularyFiles
  name: FeaturizerName
  settings: SettingsOf<FeaturizerName>
}

/** A chunk, packed; and what is answered: first that chunks may come. What could not be made here is made, and told of, by who asked. */
export type Chunk = { id: number; sent: unknown }
export type Answer = { begun: true } | { id: number; made: unknown } | { id: number; failed: string }

async function serve({ files, name, settings }: WorkerStart): Promise<void> {
  const tokenizer = await loadTokenizer(files)
  const { make } = featurizerOf(name)
  parentPort?.on('message', ({ id, sent }: Chunk) => {
    let answer: Answer
    try {
      answer = { id, made: make(sent, tokenizer, settings) }
    } catch (error) {
      answer = { id, failed: String(error) }
    }
    parentPort?.postMessage(answer, 'made' in answer ? buffersOf(answer.made) : [])
  })
  parentPort?.postMessage({ begun: true } satisfies Answer)
}

// A rejection ends the thread, which is how who started it hears of a vocabulary that does not load.
void serve(workerData as WorkerStart)
