// Every benchmark, once: what is done, in which unit, by us and by whom beside us.
import type { Work } from './work.ts'

/** `engine`, `host`: our own measuring processes, also for the standing baseline; `python`: the peers' environment. */
export type Side = { runner: 'engine' | 'host' | 'python'; way: string; precision?: Work['precision'] }

export type Benchmark = {
  name: string
  group: 'train' | 'memory' | 'inference' | 'text' | 'run' | 'learning' | 'files' | 'long'
  title: string
  unit: string
  /** Whether a larger figure is the better one. */
  more_is_better: boolean
  work: Partial<Work> & Pick<Work, 'what'>
  ours: Side
  /** The best of them is what the ratio is taken against. */
  peers: Side[]
  /** Processes of each side, where it is not the number that was asked for. */
  runs?: number
}

const OURS: Side = { runner: 'engine', way: 'on' }
/** The standing baselines: op by op with the library's own gradients, and op by op with ours. */
const EAGER_TFJS: Side = { runner: 'engine', way: 'tfjs', precision: 'fp32' }
const EAGER_OURS: Side = { runner: 'engine', way: 'off', precision: 'fp32' }
const TORCH: Side[] = [
  { runner: 'python', way: 'eager' },
  { runner: 'python', way: 'compiled' },
]
const COMPILED_FP32: Side = { ...OURS, precision: 'fp32' }
const ONE_THREAD: Side = { runner: 'python', way: 'one-thread' }
/** More threads are not always sooner. */
const THREADS: Side[] = [ONE_THREAD, { runner: 'python', way: 'all-threads' }]
const ONNX: Side = { runner: 'python', way: 'onnxruntime' }

export const BENCHMARKS: readonly Benchmark[] = [
  training('train-bf16-16x128', { precision: 'bf16', batch_size: 16 }),
  training('train-bf16-32x128', { precision: 'bf16', batch_size: 32 }),
  training('train-bf16-32x128-dropout', { precision: 'bf16', batch_size: 32, dropout: 0.1 }),
  training('train-fp32-16x128', { precision: 'fp32', batch_size: 16 }),
  training('train-fp32-32x128', { precision: 'fp32', batch_size: 32 }),
  training('train-fp32-32x128-dropout', { precision: 'fp32', batch_size: 32, dropout: 0.1 }),
  training('train-squad-12x384', { what: 'squad', precision: 'bf16', batch_size: 12, seq_length: 384 }),
  training('train-squad-fp32-12x384', { what: 'squad', precision: 'fp32', batch_size: 12, seq_length: 384 }),
  { ...training('eager-8x128', { precision: 'fp32', batch_size: 8 }), peers: [EAGER_TFJS] },
  {
    ...training('eager-8x128-hand-gradients', { precision: 'fp32', batch_size: 8 }),
    peers: [EAGER_OURS],
  },
  { ...training('eager-8x128-bf16', { precision: 'bf16', batch_size: 8 }), peers: [EAGER_TFJS] },
  {
    name: 'first-step-32x128',
    group: 'train',
    title:
      'ALBERT-base: what the first step takes longer than a later one (trace, lower, load; torch.compile)',
    unit: 's',
    more_is_better: false,
    work: { what: 'first-step', steps: 2 },
    ours: OURS,
    peers: [{ runner: 'python', way: 'compiled' }],
    runs: 1,
  },
  {
    name: 'memory-10000-steps',
    group: 'long',
    title: 'Growth of the resident memory over 10 000 steps of a small model, after the first 1 000',
    unit: '%',
    more_is_better: false,
    work: { what: 'memory', steps: 10_000, batch_size: 4, seq_length: 16 },
    ours: OURS,
    peers: [],
    runs: 1,
  },
  ...estimates(),
  inference('inference-32x128', { what: 'inference', precision: 'fp32' }, [...TORCH, ONNX]),
  inference('inference-32x128-bf16', { what: 'inference', precision: 'bf16' }, TORCH),
  inference('inference-real-sentences', { what: 'sentences', precision: 'fp32' }, [
    ...TORCH.slice(0, 1),
    ONNX,
  ]),
  inference('inference-real-sentences-bf16', { what: 'sentences', precision: 'bf16' }, TORCH.slice(0, 1)),
  tokenizing('tokenizer', 'Lines to ids with 30k-clean.model on all cores', { what: 'ids' }),
  tokenizing(
    'tokenizer-to-features',
    'A table to features as a run prepares them: read, checked, tokenised; the peer makes lines to ids',
    { what: 'features' },
  ),
  tokenizing('tokenizer-one-thread', 'Lines to ids with 30k-clean.model in one thread', { what: 'lines' }),
  tokenizing('tokenizer-chinese', 'Chinese lines to ids with 21 128 WordPieces on all cores', {
    what: 'ids',
    language: 'chinese',
  }),
  tokenizing(
    'tokenizer-chinese-to-features',
    'A Chinese table to features as a run prepares them; the peer makes lines to ids',
    { what: 'features', language: 'chinese' },
  ),
  tokenizing('tokenizer-chinese-one-thread', 'Chinese lines to ids with 21 128 WordPieces in one thread', {
    what: 'lines',
    language: 'chinese',
  }),
  {
    name: 'checkpoint-load',
    group: 'text',
    title: 'ALBERT-base from the files on disk to weights in memory',
    unit: 's',
    more_is_better: false,
    work: { what: 'checkpoint', steps: 3 },
    ours: OURS,
    peers: [{ runner: 'python', way: 'from-pretrained' }],
  },
  ofTheHost(
    'import-1gb-tsv',
    'A TSV of 1 GB to its table of faults, as the window asks for it',
    { unit: 'MB/s', more_is_better: true },
    { what: 'import-table' },
  ),
  ofTheHost(
    'read-checkpoint-xxlarge',
    'The tensors of a checkpoint of xxlarge, with their checksums',
    { unit: 'GB/s', more_is_better: true },
    { what: 'read-checkpoint', steps: 4 },
  ),
  ofTheHost(
    'import-xxlarge',
    'An archive of xxlarge unpacked and every value checked',
    { unit: '× tar xzf', more_is_better: false },
    { what: 'import-model' },
  ),
  timeEstimate('small', { size: 'small', seq_length: 64, steps: 300 }),
  timeEstimate('base', { steps: 30 }),
  realRun('real-run-short-sentences', 'run_glue’s defaults (pad to 128, fp32)', [
    { runner: 'python', way: 'pad-to-128', precision: 'fp32' },
  ]),
  realRun(
    'real-run-short-sentences-best-practice',
    'its best practice (dynamic padding, grouped by length)',
    [
      { runner: 'python', way: 'best-practice', precision: 'bf16' },
      { runner: 'python', way: 'best-practice', precision: 'fp32' }, // the better one where nothing multiplies bfloat16
    ],
  ),
  learning('learning-sentence', 'early or modern, one sentence', 'era'),
  learning('learning-pair', 'which of two sentences was spoken first', 'order'),
  inBfloat16(learning('learning-sentence-bf16', 'early or modern, one sentence', 'era')),
  inBfloat16(learning('learning-pair-bf16', 'which of two sentences was spoken first', 'order')),
]

/** How far what a run says of its memory is from what it takes. */
function estimates(): Benchmark[] {
  const of = (name: string, work: Partial<Work>): Benchmark => ({
    name: `memory-estimate-${name}`,
    group: 'memory',
    title: `What a run says that it will take of memory, as a share of what it takes at most: ${name}`,
    unit: 'of the measured peak',
    more_is_better: false,
    work: { what: 'estimate', steps: 3, dropout: 0, ...work },
    ours: OURS,
    peers: [],
    runs: 1,
  })
  return [
    of('small-32x64', { size: 'small', seq_length: 64, dropout: 0.1 }),
    of('base-8x128', { batch_size: 8 }),
    of('base-32x128', {}),
    of('base-32x128-dropout', { dropout: 0.1 }),
    of('base-4x512', { batch_size: 4, seq_length: 512 }),
    of('large-4x128', { size: 'large', batch_size: 4 }),
    of('squad-12x384', { task: 'questions', batch_size: 12, seq_length: 384 }),
    of('answers-32x128', { task: 'answers-only' }),
    of('base-32x512', { seq_length: 512, steps: 1 }),
    of('xxlarge-1x128', { size: 'xxlarge', batch_size: 1, steps: 2 }),
  ]
}

function training(name: string, work: Partial<Work>): Benchmark {
  const { batch_size, seq_length = 128, precision, dropout = 0 } = work
  return {
    name,
    group: 'train',
    title: `Training ALBERT-base, ${batch_size}×${seq_length}, ${precision}, dropout ${dropout}`,
    unit: 'tokens/s',
    more_is_better: true,
    work: { what: 'train', ...work },
    ours: OURS,
    peers: TORCH,
  }
}

function inference(name: string, work: Benchmark['work'], peers: Side[]): Benchmark {
  const isReal = work.what === 'sentences'
  return {
    name,
    group: 'inference',
    title: `Predicting with ALBERT-base, ${isReal ? 'real sentences' : '32×128'}, ${work.precision}`,
    unit: isReal ? 'sentences/s' : 'tokens/s',
    more_is_better: true,
    work,
    ours: OURS,
    peers,
  }
}

/** The peer is C++ SentencePiece from Python, for Chinese Hugging Face's tokenizer in Rust. */
function tokenizing(name: string, what: string, work: Benchmark['work']): Benchmark {
  const peer =
    work.language === 'chinese' ? 'Hugging Face’s BertTokenizerFast' : 'C++ SentencePiece from Python'
  return {
    name,
    group: 'text',
    title: `${what}; against ${peer}`,
    unit: 'MB/s',
    more_is_better: true,
    work: { steps: 3, ...work },
    ours: OURS,
    peers: work.what === 'lines' ? [ONE_THREAD] : THREADS,
  }
}

function realRun(name: string, against: string, peers: Side[]): Benchmark {
  return {
    name,
    group: 'run',
    title: `10 000 short sentences, batch 32, one epoch: read, tokenise, train, evaluate, save; against ${against}`,
    unit: 's',
    more_is_better: false,
    work: { what: 'run', precision: 'auto' },
    ours: OURS,
    peers,
    runs: 1,
  }
}

function timeEstimate(name: string, work: Partial<Work>): Benchmark {
  const title = `What a run of short sentences says that its training will take, as a share of what it takes: ${name}`
  const figure = { unit: 'of the measured time', more_is_better: false }
  return ofTheHost(`time-estimate-${name}`, title, figure, { what: 'time-estimate', ...work })
}

function ofTheHost(
  name: string,
  title: string,
  figure: Pick<Benchmark, 'unit' | 'more_is_better'>,
  work: Benchmark['work'],
): Benchmark {
  const ours: Side = { runner: 'host', way: 'on' }
  return { name, group: 'files', title, ...figure, work, ours, peers: [], runs: 1 }
}

function learning(name: string, what: string, data: string): Benchmark {
  return {
    name,
    group: 'learning',
    title: `A small ALBERT from fresh weights: ${what}; accuracy on unseen addresses, a seed for each run`,
    unit: '%',
    more_is_better: true,
    work: { what: 'learning', data },
    ours: OURS,
    peers: [{ runner: 'python', way: 'eager' }],
    runs: 3,
  }
}

/** The same in bfloat16, beside our own float32. */
function inBfloat16(benchmark: Benchmark): Benchmark {
  return {
    ...benchmark,
    title: `${benchmark.title}; bf16 beside fp32`,
    work: { ...benchmark.work, precision: 'bf16' },
    peers: [COMPILED_FP32],
  }
}
