// Which group of parameters a layer uses, where dividing first is not the exact formula.
import { tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { startNative } from '../backends/native.ts'
import { AlbertConfig } from '../spec/albert-config.ts'
import { albert, lookUp } from './albert.ts'
import { noDropout } from './dropout.ts'
import { backboneParams, createParams, type Params } from './params.ts'

beforeAll(async () => {
  await startNative({ backend: 'native', threads: 0 })
})

test.each([
  [22, 15], // 15 / 22 · 22 is a little less than 15
  [23, 13],
  [12, null],
  [24, null],
])('of %i layers with a group each, group %o is never reached', (layers, unreached) => {
  const config = AlbertConfig.parse({
    vocab_size: 3,
    embedding_size: 2,
    hidden_size: 2,
    num_attention_heads: 1,
    intermediate_size: 2,
    num_hidden_layers: layers,
    num_hidden_groups: layers,
    max_position_embeddings: 2,
  })
  const params = createParams(backboneParams(config), 1)
  const row = (first: number, second: number) => tensor2d([[first, second]], [1, 2], 'int32')
  const runs = (of: Params): boolean => {
    try {
      albert(
        of,
        lookUp(of, { input_ids: row(1, 2), segment_ids: row(0, 1) }),
        { input_mask: row(1, 1) },
        config,
        noDropout,
      )
      return true
    } catch (error) {
      expect(String(error)).toContain('has no variable')
      return false
    }
  }
  expect(runs(params)).toBe(true)
  const without = (group: number): Params =>
    Object.fromEntries(Object.entries(params).filter(([name]) => !name.includes(`/group_${group}/`)))
  const idle = Array.from({ length: layers }, (_, group) => group).filter((group) => runs(without(group)))
  expect(idle).toEqual(unreached === null ? [] : [unreached])
})
