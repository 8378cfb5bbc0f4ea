// Texts and a model's vocabulary in, what the model reads of them out: pieces, ids and segments, cut as a run cuts them.
import { featuresOf } from '../../../engine/data/features.ts'
import type { RunModel } from '../../../engine/spec/run.ts'
import { loadTokenizer, type Tokenizer } from '../../../engine/text/tokenizer.ts'
import type { EncodedText } from '../../contract/datasets.ts'
import type { MethodParsedInput } from '../../contract/host.ts'
import { createBreather } from '../storage/breather.ts'

type Wish = Pick<MethodParsedInput<'datasets.encode'>, 'texts' | 'max_seq_length' | 'do_lower_case'>

/** Keeps the vocabulary that was used last: previews of one import ask for the same. */
export function createEncoder() {
  let last: { key: string; tokenizer: Promise<Tokenizer> } | null = null

  const tokenizerOf = (model: RunModel, do_lower_case: boolean): Promise<Tokenizer> => {
    const { spm_model_file, vocab_file } = model
    const key = JSON.stringify([spm_model_file, vocab_file, do_lower_case])
    if (last?.key === key) return last.tokenizer
    close()
    last = { key, tokenizer: loadTokenizer({ spm_model_file, vocab_file, do_lower_case }) }
    return last.tokenizer
  }
  const close = (): void => {
    last?.tokenizer.then(
      (tokenizer) => tokenizer.close(),
      () => undefined,
    )
    last = null
  }

  return {
    /** @throws EngineFailure `bad-vocabulary` */
    async encode(model: RunModel, { texts, max_seq_length, do_lower_case }: Wish): Promise<EncodedText[]> {
      const tokenizer = await tokenizerOf(model, do_lower_case)
      const breathe = createBreather()
      const encoded: EncodedText[] = []
      for (const { text_a, text_b } of texts) {
        const example = { guid: '', text_a, text_b, label: null, line: 0 }
        const [a, b] = [text_a, text_b ?? ''].map((text) => tokenizer.tokenize(text).length) as [
          number,
          number,
        ]
        const { input_ids, segment_ids } = featuresOf(example, { labels: null }, tokenizer, max_seq_length)
        encoded.push({
          pieces: Array.from(input_ids, (id) => tokenizer.pieceOf(id)),
          input_ids: [...input_ids],
          segment_ids: [...segment_ids],
          whole_length: a + b + (b > 0 ? 3 : 2),
        })
        await breathe()
      }
      return encoded
    },
    close,
  }
}
