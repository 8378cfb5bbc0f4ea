// The corpus as features, made the way a run makes them; or line by line through the tokenizer alone.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { loadTokenizer } from '../../text/tokenizer.ts'
import { LABELS } from '../scratch.ts'
import type { Measured, Work } from '../work.ts'
import { cpuSeconds, peakMemory } from './process-figures.ts'
import { requestOf } from './request.ts'
import { watched } from './training.ts'

/** MB/s of each preparation: the table read, checked, tokenised and made into features, by as many threads as a run takes. */
export async function measurePreparation(work: Work): Promise<Measured> {
  const text = await corpusOf(work)
  return passes(work, text, async () => {
    const request = requestOf(work, { files: { test: 'corpus.tsv' }, labels: LABELS, hyperparameters: {} })
    let started = performance.now()
    for await (const event of watched(request)) {
      if (event.type === 'phase' && event.phase === 'preparing' && event.done === 0)
        started = performance.now()
      if (event.type === 'split') break
    }
    return performance.now() - started
  })
}

/** MB/s of each pass over the lines, in this thread. */
export async function measureLines(work: Work): Promise<Measured> {
  const text = await corpusOf(work)
  const lines = text.trimEnd().split('\n')
  const spm_model_file = path.join(work.folder, '30k-clean.model')
  return passes(work, text, async () => {
    // A tokenizer of its own for each pass: what it remembers of words has to be earned every time.
    const tokenizer = await loadTokenizer({ spm_model_file, vocab_file: null, do_lower_case: true })
    const started = performance.now()
    let pieces = 0
    for (const line of lines) pieces += tokenizer.idsOf(tokenizer.tokenize(line)).length
    const milliseconds = performance.now() - started
    tokenizer.close()
    if (pieces < lines.length) throw new Error('The corpus was not tokenised.')
    return milliseconds
  })
}

function corpusOf({ folder }: Work): Promise<string> {
  return readFile(path.join(folder, 'corpus.txt'), 'utf8')
}

async function passes({ steps }: Work, text: string, pass: () => Promise<number>): Promise<Measured> {
  const cpu = cpuSeconds()
  const values: number[] = []
  for (let done = 0; done < steps; done++) values.push(Buffer.byteLength(text) / 1000 / (await pass()))
  return { values, peak_memory_bytes: peakMemory(), cpu_seconds: cpuSeconds() - cpu }
}
