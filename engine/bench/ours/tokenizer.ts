// The corpus, line by line, through the tokenizer that features are made with.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { loadTokenizer } from '../../text/tokenizer.ts'
import type { Measured, Work } from '../work.ts'
import { cpuSeconds, peakMemory } from './process-figures.ts'

/** MB/s of each pass over the whole corpus. */
export async function measureTokenizer({ folder, steps }: Work): Promise<Measured> {
  const spm_model_file = path.join(folder, '30k-clean.model')
  const text = await readFile(path.join(folder, 'corpus.txt'), 'utf8')
  const lines = text.trimEnd().split('\n')
  const values: number[] = []
  const cpu = cpuSeconds()
  for (let pass = 0; pass < steps; pass++) {
    // A tokenizer of its own for each pass: what it remembers of words has to be earned every time.
    const tokenizer = await loadTokenizer({ spm_model_file, vocab_file: null, do_lower_case: true })
    const started = performance.now()
    let pieces = 0
    for (const line of lines) pieces += tokenizer.idsOf(tokenizer.tokenize(line)).length
    values.push(Buffer.byteLength(text) / 1000 / (performance.now() - started))
    tokenizer.close()
    if (pieces < lines.length) throw new Error('The corpus was not tokenised.')
  }
  return { values, peak_memory_bytes: peakMemory(), cpu_seconds: cpuSeconds() - cpu }
}
