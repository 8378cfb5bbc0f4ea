// The program of a worker thread: chunks of examples in, their features out.
import { parentPort, workerData } from 'node:worker_threads'
import { loadTokenizer, type VocabularyFiles } from '../../text/tokenizer.ts'
import { buffersOf } from './pack-features.ts'
import { featurize, type ExampleOf, type FeaturizerName, type SettingsOf } from './featurizers.ts'

/** What a worker is started with. */
export type WorkerStart = {
  files: VocabularyFiles
  name: FeaturizerName
  settings: SettingsOf<FeaturizerName>
}

/** A chunk, and the answer to it: what could not be made here is made, and told of, by who asked. */
export type Chunk = { id: number; examples: readonly ExampleOf<FeaturizerName>[] }
export type Answer = { id: number; made: unknown } | { id: number; failed: string }

async function serve({ files, name, settings }: WorkerStart): Promise<void> {
  const tokenizer = await loadTokenizer(files)
  // Chunks that came meanwhile have waited.
  parentPort?.on('message', ({ id, examples }: Chunk) => {
    let answer: Answer
    try {
      answer = { id, made: featurize(name, examples, tokenizer, settings) }
    } catch (error) {
      answer = { id, failed: String(error) }
    }
    parentPort?.postMessage(answer, 'made' in answer ? buffersOf(answer.made) : [])
  })
}

// A rejection ends the thread, which is how who started it hears of a vocabulary that does not load.
void serve(workerData as WorkerStart)
