// A folder in, the files that both sides read in it: texts, tasks, a config and, where it is wanted, a model in both layouts.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { writeBundle } from '../checkpoint/bundle-writer.ts'
import { configToHuggingFace } from '../checkpoint/hugging-face-config.ts'
import type { NamedTensor } from '../checkpoint/named-tensor.ts'
import { writeHuggingFace } from '../checkpoint/write-hugging-face.ts'
import { classificationHead } from '../model/heads.ts'
import { backboneParams, initialValues } from '../model/params.ts'
import { AlbertConfig } from '../spec/albert-config.ts'
import { chineseTexts } from './chinese.ts'
import { readAddresses, shuffled, wordsOf, type Address } from './corpus.ts'
import { learningRows } from './learning-data.ts'

export const LABELS = ['early', 'late']
export const SHORT_SENTENCES = 10_000
const SHORT_DEV = 500
const SEED = 1
const LONG_WORDS = 220 // more than 128 pieces, always
const CONTEXT_WORDS = 6000
const REAL_SENTENCES = 1600
const CORPUS_CHARACTERS = 8_000_000

/** @param wants_model whether a benchmark reads the weights of ALBERT-base, in Hugging Face's layout and in the original's */
export async function fillScratch(
  folder: string,
  checkout: string,
  { wants_model }: { wants_model: boolean },
): Promise<void> {
  const addresses = readAddresses(checkout)
  const sentences = addresses.flatMap(({ year, sentences: own }) =>
    own.map((text) => ({ text, label: year < 1900 ? 'early' : 'late' })),
  )
  const spoken = shuffled(sentences, SEED)
  const short = spoken.filter(({ text }) => wordsOf(text) >= 4 && wordsOf(text) <= 14)
  const write = (name: string, text: string) => writeFile(path.join(folder, name), text)
  await mkdir(path.join(folder, 'model'), { recursive: true })
  await write('long.tsv', table(longTexts(addresses)))
  await write('squad.json', JSON.stringify(squad(addresses)))
  await write('short-train.tsv', table(short.slice(0, SHORT_SENTENCES)))
  await write('short-dev.tsv', table(short.slice(SHORT_SENTENCES, SHORT_SENTENCES + SHORT_DEV)))
  await write('sentences.tsv', table(spoken.slice(0, REAL_SENTENCES)))
  const lines = corpus(spoken.map(({ text }) => text))
  await write('corpus.txt', lines.join('\n') + '\n')
  await write('corpus.tsv', table(lines.map((text) => ({ text, label: 'early' }))))
  const chinese = chineseTexts(lines)
  await write('vocab.txt', chinese.vocabulary.join('\n') + '\n')
  await write('chinese.txt', chinese.lines.join('\n') + '\n')
  await write('chinese.tsv', table(chinese.lines.map((text) => ({ text, label: 'early' }))))
  for (const [name, { train, dev }] of Object.entries(learningRows(addresses))) {
    await write(`${name}-train.tsv`, train)
    await write(`${name}-dev.tsv`, dev)
  }
  const assets = path.join(checkout, 'assets')
  const albert_config = await readConfig(path.join(assets, 'configs/albert_base_v2_config.json'))
  const small = await readConfig(path.join(assets, 'configs/sample_albert_config.json'))
  await write('albert_config.json', JSON.stringify(albert_config))
  await write('small_albert_config.json', JSON.stringify(small))
  for (const size of ['large', 'xxlarge']) {
    const config = await readConfig(path.join(assets, `configs/albert_${size}_v2_config.json`))
    await write(`${size}_albert_config.json`, JSON.stringify(config))
  }
  for (const [name, config] of [
    ['config.json', albert_config],
    ['small-config.json', small],
  ] as const) {
    await write(name, JSON.stringify(configToHuggingFace(config, 'AlbertForSequenceClassification', LABELS)))
  }
  const spm_model_file = path.join(assets, 'generated/30k-clean.model')
  await writeFile(path.join(folder, '30k-clean.model'), await readFile(spm_model_file))
  if (wants_model) await writeModel(folder, albert_config, spm_model_file)
}

async function readConfig(file: string): Promise<AlbertConfig> {
  return AlbertConfig.parse(JSON.parse(await readFile(file, 'utf8')))
}

function table(rows: { text: string; label: string }[]): string {
  return ['text\tlabel', ...rows.map(({ text, label }) => `${text}\t${label}`), ''].join('\n')
}

function longTexts(addresses: readonly Address[]): { text: string; label: string }[] {
  return addresses.flatMap(({ year, sentences }) =>
    stretches(sentences, LONG_WORDS).map((text) => ({ text, label: year < 1900 ? 'early' : 'late' })),
  )
}

/** Runs of whole sentences with at least so many words each. */
function stretches(sentences: readonly string[], words: number): string[] {
  const found: string[] = []
  let now: string[] = []
  let count = 0
  for (const sentence of sentences) {
    now.push(sentence)
    count += wordsOf(sentence)
    if (count < words) continue
    found.push(now.join(' '))
    now = []
    count = 0
  }
  return found
}

/** Contexts so long that all windows but the last one of each are full. */
function squad(addresses: readonly Address[]): unknown {
  const paragraphs = addresses
    .flatMap(({ id, sentences }) => stretches(sentences, CONTEXT_WORDS).map((context) => ({ id, context })))
    .slice(0, 12)
    .map(({ id, context }, index) => ({
      context,
      qas: [
        {
          id: `${id}-${index}`,
          question: 'What does the speaker say first?',
          answers: [firstWords(context)],
        },
      ],
    }))
  return { version: '1.1', data: [{ title: 'addresses', paragraphs }] }
}

function firstWords(context: string): { text: string; answer_start: number } {
  return { text: context.split(' ', 4).join(' '), answer_start: 0 }
}

function corpus(sentences: readonly string[]): string[] {
  let characters = 0
  const taken: string[] = []
  for (const sentence of sentences) {
    if (characters > CORPUS_CHARACTERS) break
    taken.push(sentence)
    characters += sentence.length + 1
  }
  return taken
}

async function writeModel(
  folder: string,
  albert_config: AlbertConfig,
  spm_model_file: string,
): Promise<void> {
  const head = classificationHead(LABELS.length)
  const specs = [...backboneParams(albert_config), ...head.params(albert_config)]
  const tensors = specs.map((spec): NamedTensor => {
    return { name: spec.name, dtype: 'float32', shape: spec.shape, data: initialValues(spec, SEED) }
  })
  await writeBundle(path.join(folder, 'model/model.ckpt-best'), tensors)
  await writeHuggingFace(path.join(folder, 'model'), {
    albert_config,
    tensors,
    head: 'AlbertForSequenceClassification',
    labels: LABELS,
    spm_model_file,
    vocab_file: null,
  })
}
