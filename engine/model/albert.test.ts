// The encoder and the heads against what the original computed, layer by layer.
import { onesLike, zerosLike, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { startNative } from '../backends/native.ts'
import {
  ORACLE_MODELS,
  oracleConfig,
  oracleInputs,
  oracleParams,
  tolerance,
} from '../testing/oracle-models.ts'
import { ORACLE_TASKS, type OracleTask } from '../testing/oracle-tasks.ts'
import { largestError, readDump, type Dumped } from '../testing/tensor-dump.ts'
import { albert, lookUp, type ModelInputs } from './albert.ts'
import { attentionMask, attentionProbs, attentionWeights } from './attention.ts'
import { noDropout } from './dropout.ts'
import { dense } from './dense.ts'
import { reshape, slice } from '@tensorflow/tfjs-core'

beforeAll(async () => {
  await startNative({ backend: 'native', threads: 0 })
})

/** The bar for every layer's output, where a row has anything to look at. */
const BAR = 1e-5

function errorIn(actual: Tensor, expected: Dumped | undefined, rows: [first: number, end: number]): number {
  const row = (expected?.data.length ?? 0) / (expected?.shape[0] ?? 1)
  const part = (data: ArrayLike<number>) =>
    Array.prototype.slice.call(data, rows[0] * row, rows[1] * row) as number[]
  return largestError(part(actual.dataSync()), part(expected?.data ?? []))
}

describe.each(ORACLE_MODELS)('encoder of %s', (model) => {
  const expected = readDump(`model/${model}/encoder`)
  const config = oracleConfig(model)

  async function run(
    prefix: string,
    change: (inputs: ModelInputs) => ModelInputs,
  ): Promise<Record<string, Tensor>> {
    const params = await oracleParams(model)
    const inputs = change(oracleInputs(model))
    const rows = lookUp(params, inputs)
    const outputs = albert(params, rows, inputs, config, noDropout)
    return {
      [`${prefix}word_embedding_output`]: rows.word,
      [`${prefix}embedding_output`]: outputs.embedding_output,
      ...Object.fromEntries(
        outputs.all_encoder_layers.map((layer, index) => [`${prefix}all_encoder_layers/${index}`, layer]),
      ),
      [`${prefix}pooled_output`]: outputs.pooled_output,
    }
  }

  const variants: [string, (inputs: ModelInputs) => ModelInputs][] = [
    ['', (inputs) => inputs],
    ['no-mask/', (inputs) => ({ ...inputs, input_mask: onesLike(inputs.input_mask) })],
    ['no-segments/', (inputs) => ({ ...inputs, segment_ids: zerosLike(inputs.segment_ids) })],
    [
      'neither/',
      ({ input_ids, input_mask, segment_ids }) => ({
        input_ids,
        input_mask: onesLike(input_mask),
        segment_ids: zerosLike(segment_ids),
      }),
    ],
  ]

  test.each(variants)('every layer, inputs "%s"', async (prefix, change) => {
    const outputs = await run(prefix, change)
    const wanted = [...expected.keys()].filter((name) =>
      prefix === ''
        ? !/^(no-mask|no-segments|neither|attention_probs)\//.test(name)
        : name.startsWith(prefix),
    )
    expect(wanted.length).toBeGreaterThan(2)
    if (prefix === '') {
      expect(wanted.filter((name) => name.startsWith('all_encoder_layers/'))).toHaveLength(
        config.num_hidden_layers * config.inner_group_num,
      )
    }
    for (const name of wanted) {
      const actual = outputs[name]
      expect(actual?.shape, name).toEqual(expected.get(name)?.shape)
      if (actual === undefined) continue
      const last = actual.shape[0] - 1
      const everyRowSees = prefix === 'no-mask/' || prefix === 'neither/'
      report(`${model} encoder ${name}`, errorIn(actual, expected.get(name), [0, last]))
      expect(errorIn(actual, expected.get(name), [0, last]), name).toBeLessThan(BAR)
      const masked = everyRowSees ? BAR : tolerance(`${model} encoder, completely masked row`)
      expect(errorIn(actual, expected.get(name), [last, last + 1]), `${name}, last row`).toBeLessThan(masked)
    }
  })

  test('attention of the first block', async () => {
    const params = await oracleParams(model)
    const inputs = oracleInputs(model)
    const [batch, length] = inputs.input_ids.shape
    const extent = { batch, length }
    const { embedding_output } = albert(params, lookUp(params, inputs), inputs, config, noDropout)
    const embedded = reshape(embedding_output, [batch * length, config.embedding_size])
    const mapping = 'bert/encoder/embedding_hidden_mapping_in'
    const states = `${mapping}/kernel` in params ? dense(params, mapping, embedded) : embedded
    const scope = 'bert/encoder/transformer/group_0/inner_group_0/attention_1/self'
    const mask = attentionMask(inputs.input_mask, extent)
    const probs = attentionProbs(attentionWeights(params, scope), states, mask, extent, config)
    const first_two = slice(probs, [0, 0, 0, 0], [2, config.num_attention_heads, length, length])
    expect(errorIn(first_two, expected.get('attention_probs/0'), [0, 2])).toBeLessThan(BAR)
  })

  test.each(Object.keys(ORACLE_TASKS) as OracleTask[])('answers of the %s', async (name) => {
    const task = ORACLE_TASKS[name]
    const answers = readDump(`model/${model}/${name}/forward`)
    const measured = Object.entries(task.answers(model, await task.params(model), config))
    expect(measured.length).toBeGreaterThan(1)
    const limit = tolerance(`${model} ${name} forward`)
    for (const [part, tensor] of measured) {
      const error = largestError(tensor.dataSync(), answers.get(part)?.data ?? [])
      report(`${model} ${name} ${part}`, error)
      expect(error, part).toBeLessThan(limit)
    }
    const stored = [...answers.keys()].filter((part) => part.startsWith('infer/'))
    expect(measured.map(([part]) => part)).toEqual(expect.arrayContaining(stored))
  })
})

/** What was measured is printed on request: ALBERT_REPORT=1. */
function report(part: string, error: number): void {
  if (process.env['ALBERT_REPORT'] !== undefined) console.log(`${part}: ${error.toExponential(1)}`)
}
