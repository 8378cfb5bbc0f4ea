// albert tokenize: lines of standard input in, their pieces and ids as JSON lines out.
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { loadTokenizer } from '../../../engine/text/tokenizer.ts'
import { vocabularyFrom, withVocabulary } from '../model-flags.ts'
import { printStream } from '../print.ts'

/** @param input where the lines come from */
export function addTokenize(parent: Command, input: NodeJS.ReadableStream = process.stdin): Command {
  const command = parent
    .command('tokenize')
    .description('Reads lines of standard input and prints {"pieces":[…],"ids":[…]} for each.')
  return withVocabulary(command)
    .option('--json', 'JSON is what is printed, with and without this', true)
    .action(async (values: Record<string, unknown>) => {
      await printStream(tokenized(values, input))
    })
}

async function* tokenized(
  values: Record<string, unknown>,
  input: NodeJS.ReadableStream,
): AsyncGenerator<string> {
  const tokenizer = await loadTokenizer(await vocabularyFrom(values))
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      const pieces = tokenizer.tokenize(line)
      yield JSON.stringify({ pieces, ids: tokenizer.idsOf(pieces) })
    }
  } finally {
    tokenizer.close()
  }
}
