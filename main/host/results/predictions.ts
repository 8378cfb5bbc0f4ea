// A finished run in, what it predicted as a table out: the texts of the test file beside the answers in the run's files.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { readLines } from '../../../engine/data/lines.ts'
import { readRace } from '../../../engine/data/race/read-race.ts'
import { readSplit } from '../../../engine/data/read-split.ts'
import { readSquad } from '../../../engine/data/squad/read-squad.ts'
import { EngineFailure } from '../../../engine/spec/errors.ts'
import type { RunRequest } from '../../../engine/spec/run.ts'
import { HostFailure } from '../../contract/errors.ts'
import type { MethodOutput } from '../../contract/host.ts'
import type { JobRecord } from '../../contract/records.ts'
import { say } from '../../contract/sentences.ts'
import { storageFailure } from '../storage/storage-failure.ts'

type Predictions = MethodOutput<'jobs.predictions'>
type Row = Predictions['rows'][number]
type Stretch = { from: number; limit: number }

/** What a run leaves of its answers, the most readable first. */
const FILES = [
  'submit_results.tsv',
  'test_results.tsv',
  'predictions.json',
  'nbest_predictions.json',
  'null_odds.json',
]
const SCORES = 'test_results.tsv'

/**
 * The files are read from their beginning on; of their rows only those asked for are kept.
 * @throws HostFailure `not-allowed-now` where nothing was predicted, `bad-file` where its files are gone
 */
export async function predictionsOf(
  { result, status, name }: JobRecord,
  request: RunRequest,
  stretch: Stretch,
  signal: AbortSignal,
): Promise<Predictions> {
  const files = FILES.filter((file) => result?.files.includes(file) === true)
  if (files.length === 0)
    throw new HostFailure({ code: 'not-allowed-now', status, ...say('nothing-predicted', { name }) })
  try {
    return { ...(await tableOf(request, stretch, signal)), folder: request.output_dir, files }
  } catch (error) {
    if (error instanceof EngineFailure) {
      const words = say('predictions-gone', { name, folder: request.output_dir })
      const file = request.output_dir
      throw new HostFailure({ code: 'bad-file', file, line: null, column: null, ...words }, { cause: error })
    }
    throw storageFailure(error, request.output_dir)
  }
}

async function tableOf(
  { task, data_dir, output_dir }: RunRequest,
  stretch: Stretch,
  signal: AbortSignal,
): Promise<Pick<Predictions, 'texts' | 'rows' | 'total'>> {
  const source = task.splits.test
  if (source === null) return { texts: [], rows: [], total: 0 }
  const scores = path.join(output_dir, SCORES)
  const test = path.resolve(data_dir, source.file)
  switch (task.kind) {
    case 'extractive-qa': {
      const answers = z
        .record(z.string(), z.string())
        .parse(JSON.parse(await readFile(path.join(output_dir, 'predictions.json'), 'utf8')))
      const questions = await readSquad(test, { training: false })
      const rows = part(questions, stretch).map(({ id, question, context }): Row => {
        const prediction = Object.hasOwn(answers, id) ? (answers[id] ?? '') : ''
        return { id, texts: [question, context], prediction, probability: null }
      })
      return { texts: ['question', 'context'], rows, total: questions.length }
    }
    case 'multiple-choice': {
      const questions = readRace(test, { choices: task.labels?.length ?? 0, signal })
      const { rows, total } = await beside(questions, scores, stretch, signal, (one, values) => ({
        id: one.id,
        texts: [one.question, one.options.join(' | '), one.context],
        ...best(values, task.labels),
      }))
      return { texts: ['question', 'options', 'context'], rows, total }
    }
    case 'classification':
    case 'regression': {
      const examples = readSplit(task, 'test', data_dir, signal)
      const isPair = source.columns.text_b !== null
      const { rows, total } = await beside(examples, scores, stretch, signal, (one, values) => ({
        id: one.guid,
        texts: isPair ? [one.text_a, one.text_b ?? ''] : [one.text_a],
        ...best(values, task.labels),
      }))
      return { texts: isPair ? ['text_a', 'text_b'] : ['text_a'], rows, total }
    }
  }
}

/** Every example has a line of scores, in the same order. */
async function beside<Example>(
  examples: AsyncIterable<Example>,
  scores: string,
  { from, limit }: Stretch,
  signal: AbortSignal,
  rowOf: (example: Example, values: number[]) => Row,
): Promise<{ rows: Row[]; total: number }> {
  const lines = await scoreLines(scores, { from, limit }, signal)
  const rows: Row[] = []
  let total = 0
  for await (const example of examples) {
    const values = lines[total - from]
    if (total >= from && values !== undefined) rows.push(rowOf(example, values))
    total += 1
  }
  return { rows, total }
}

async function scoreLines(file: string, { from, limit }: Stretch, signal: AbortSignal): Promise<number[][]> {
  const wanted: number[][] = []
  let at = 0
  for await (const lines of readLines(file, 'utf-8', { signal })) {
    for (const { text } of lines) {
      if (at >= from && at < from + limit && text) wanted.push(text.split('\t').map(Number))
      at += 1
    }
    if (at >= from + limit) break
  }
  return wanted
}

/** The most probable label; the number itself where there are none. */
function best(
  values: readonly number[],
  labels: readonly string[] | null,
): Pick<Row, 'prediction' | 'probability'> {
  if (labels === null) return { prediction: String(values[0] ?? ''), probability: null }
  const at = values.indexOf(Math.max(...values))
  return { prediction: labels[at] ?? '', probability: values[at] ?? null }
}

function part<One>(all: readonly One[], { from, limit }: Stretch): One[] {
  return all.slice(from, from + limit)
}
