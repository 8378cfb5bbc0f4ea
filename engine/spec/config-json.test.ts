// What may stand in a config file, and what is refused with its reason.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AlbertConfig } from './albert-config.ts'
import { configJson } from './config-json.ts'

test('unknown keys are kept, and a config comes back from its own text', () => {
  const text =
    '{"vocab_size": 30000, "net_structure_type": 0, "gap_size": 0, "nested": {"a": [1]}, "constructor": 1}'
  const read = configJson(text)
  if ('problem' in read) return expect.fail(read.problem)
  const config = AlbertConfig.parse(read.json)
  expect(config).toMatchObject(JSON.parse(text) as object)
  expect(AlbertConfig.parse(JSON.parse(JSON.stringify(config)))).toEqual(config)
})

test('defaults are those of the original’s constructor', () => {
  expect(AlbertConfig.parse({ vocab_size: 30000 })).toEqual({
    vocab_size: 30000,
    embedding_size: 128,
    hidden_size: 4096,
    num_hidden_layers: 12,
    num_hidden_groups: 1,
    num_attention_heads: 64,
    intermediate_size: 16384,
    inner_group_num: 1,
    down_scale_factor: 1,
    hidden_act: 'gelu',
    hidden_dropout_prob: 0,
    attention_probs_dropout_prob: 0,
    max_position_embeddings: 512,
    type_vocab_size: 2,
    initializer_range: 0.02,
  })
})

test.each([
  ['vocab_size', { vocab_size: '30000' }],
  ['vocab_size', {}],
  ['hidden_size', { vocab_size: 9, hidden_size: 1.5 }],
  ['hidden_size', { vocab_size: 9, hidden_size: 30, num_attention_heads: 4 }],
  ['num_hidden_layers', { vocab_size: 9, num_hidden_layers: 0 }],
  ['hidden_dropout_prob', { vocab_size: 9, hidden_dropout_prob: 1 }],
  ['initializer_range', { vocab_size: 9, initializer_range: NaN }],
  ['max_position_embeddings', { vocab_size: 9, max_position_embeddings: -512 }],
])('F69: a fault in %s is told at its field: %o', (field, json) => {
  const parsed = AlbertConfig.safeParse(json)
  expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual([field])
})

test.each([
  ['no JSON', '{"vocab_size": NaN}', 'it is not JSON'],
  ['nothing', '', 'it is not JSON'],
  ['a list', '[]', 'it is no JSON object'],
  ['null', 'null', 'it is no JSON object'],
  ['a prototype', '{"vocab_size": 9, "__proto__": {"polluted": true}}', 'it has a field __proto__'],
  ['a prototype within', '{"a": [{"__proto__": {}}]}', 'it has a field __proto__'],
  ['a depth of 10,000', `{"a": ${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 'nested more than 32 deep'],
])('F70: %s is refused', (_, text, problem) => {
  expect(configJson(text)).toEqual({ problem: expect.stringContaining(problem) as string })
  expect(Object.keys(Object.prototype)).toEqual([])
})

test('any text gives an object or a reason', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json({ maxDepth: 40 })), (text) => {
      const read = configJson(text)
      if ('problem' in read) expect(read.problem).not.toBe('')
      else expect(read.json).toEqual(JSON.parse(text))
    }),
    { numRuns: 300 },
  )
})
