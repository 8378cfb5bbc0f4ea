// The program of a worker thread: chunks of examples in, their features out; before the first, that it has begun.
import { parentPort, workerData } from 'node:worker_threads'
import { loadTokenizer, type VocabularyFiles } from '../../text/tokenizer.ts'
import { buffersOf } from './pack-features.ts'
import { featurizerOf, type FeaturizerName, type SettingsOf } from './featurizers.ts'

/** A chunk, packed; and what is answered: first that chunks may come. What could not be made here is made, and told of, by who asked. */
export type Chunk = { id: number; name: FeaturizerName; settings: SettingsOf<FeaturizerName>; sent: unknown }
export type Answer = { begun: true } | { id: number; made: unknown } | { id: number; failed: string }

async function serve(files: VocabularyFiles): Promise<void> {
  const tokenizer = await loadTokenizer(files)
  parentPort?.on('message', ({ id, name, settings, sent }: Chunk) => {
    let answer: Answer
    try {
      answer = { id, made: featurizerOf(name).make(sent, tokenizer, settings) }
    } catch (error) {
      answer = { id, failed: String(error) }
    }
    parentPort?.postMessage(answer, 'made' in answer ? buffersOf(answer.made) : [])
  })
  parentPort?.postMessage({ begun: true } satisfies Answer)
}

// A rejection ends the thread, which is how who started it hears of a vocabulary that does not load.
void serve(workerData as VocabularyFiles)
