// A source and what is made of it in; what was made of the same before, or else made now and kept, out.
import os from 'node:os'
import path from 'node:path'
import type { RunEvent, RunRequest } from '../../spec/run.ts'
import type { SplitName } from '../../spec/task-spec.ts'
import type { VocabularyFiles } from '../../text/tokenizer.ts'
import { logged } from '../progress.ts'
import { bytesIn, cacheKey, featureCache } from './feature-cache.ts'
import { WORKERS_FROM, type Workers } from './workers.ts'

/** Bytes of a source from which its features are kept: smaller ones are made again as fast as they are read. */
const KEPT_FROM = 1 << 20

export type Source = {
  /** A file, or a folder of them. */
  source: string
  split: SplitName
  files: VocabularyFiles
  /** Everything else that the features hang on. */
  settings: unknown
}

export function vocabularyOf({ model, hyperparameters }: Pick<RunRequest, 'model' | 'hyperparameters'>) {
  const { spm_model_file, vocab_file } = model
  return {
    spm_model_file,
    vocab_file,
    do_lower_case: hyperparameters.do_lower_case,
  } satisfies VocabularyFiles
}

/**
 * @param cache_dir undefined keeps nothing
 * @param workers those that `make` uses; told of
 * @param make what it returns is written to the disk, so it holds plain values and arrays only
 * @throws what `make` throws; a folder that cannot be written only warns
 */
export async function* remembered<T>(
  cache_dir: string | undefined,
  { source, split, files, settings }: Source,
  workers: Workers,
  make: () => AsyncGenerator<RunEvent, T>,
): AsyncGenerator<RunEvent, T> {
  const bytes = await bytesIn(source).catch(() => 0) // who reads it says what is wrong with it
  const cache =
    cache_dir === undefined || bytes < KEPT_FROM ? null : featureCache(path.join(cache_dir, 'features'))
  const vocabulary = files.spm_model_file ?? files.vocab_file ?? ''
  const key = cache && (await cacheKey([source, vocabulary], [split, files.do_lower_case, settings]))
  const known = cache && key && (await cache.read(key))
  if (known) {
    yield logged(
      'info',
      `${source} was tokenised before with the same settings; its tokens are taken from the disk.`,
    )
    return known as T
  }
  yield logged('info', threadsSentence(source, workers.hands.length))
  const made = yield* make()
  if (cache === null || key === null) return made
  try {
    await cache.write(key, made)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    yield logged('warning', `The tokens of ${source} could not be kept for the next run: ${reason}.`)
  }
  return made
}

function threadsSentence(source: string, threads: number): string {
  if (threads > 0)
    return `${source} is tokenised by ${threads} worker ${threads > 1 ? 'threads' : 'thread'} beside this one.`
  const why =
    os.cpus().length > 1
      ? `for less than ${WORKERS_FROM >> 20} MB in all workers do not pay`
      : 'there is one core'
  return `${source} is tokenised without worker threads: ${why}.`
}
