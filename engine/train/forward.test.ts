// One batch through the encoder gives what the original gave, by the way that `albert forward` takes.
import path from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { oracleConfig } from '../testing/oracle-models.ts'
import { golden, GOLDENS, largestError, readDump } from '../testing/tensor-dump.ts'
import { forward } from './forward.ts'

const rows = z.array(z.array(z.int()))
const request = () => ({
  albert_config: oracleConfig('one-group'),
  init_checkpoint: path.join(GOLDENS, 'model/one-group/pretrained/model.ckpt-best'),
  ...golden(
    'model/one-group/encoder-inputs.json',
    z.object({ input_ids: rows, input_mask: rows, segment_ids: rows }),
  ),
})

test('every layer is within 1e-5', async () => {
  const outputs = await forward(request())
  const expected = readDump('model/one-group/encoder')
  const flat = (value: unknown): number[] => [value].flat(Infinity) as number[]
  const error = (name: string, value: unknown): number =>
    largestError(flat(value), expected.get(name)?.data ?? [])
  expect(expected.has('pooled_output')).toBe(true)
  expect(error('embedding_output', outputs.embedding_output)).toBeLessThan(1e-5)
  expect(error('pooled_output', outputs.pooled_output)).toBeLessThan(1e-5)
  expect(outputs.all_encoder_layers.length).toBeGreaterThan(1)
  for (const [layer, value] of outputs.all_encoder_layers.entries()) {
    expect(error(`all_encoder_layers/${layer}`, value)).toBeLessThan(1e-5)
  }
})

test('what lies beyond the tables is refused, not guessed', async () => {
  const { input_ids, ...rest } = request()
  const beyond = input_ids.map((row) => row.map(() => 1_000_000))
  await expect(forward({ ...rest, input_ids: beyond })).rejects.toThrow('vocab_size')
})
