import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { golden, GOLDENS } from '../testing/tensor-dump.ts'
import { assignmentMap, groupedAssignmentMaps } from './assignment-map.ts'
import { openBundle, readBundle, type Bundle } from './bundle-reader.ts'
import { writeBundle } from './bundle-writer.ts'
import type { NamedTensor } from './named-tensor.ts'
import { initialise, type WantedVariable } from './restore.ts'

const MODEL = join(GOLDENS, 'model')
const pretrained = (model: string) => join(MODEL, model, 'pretrained/model.ckpt-best')

/** What a classifier of three labels on this checkpoint's encoder wants. */
async function classifierOf(model: string): Promise<WantedVariable[]> {
  const { variables } = await openBundle(join(MODEL, model, 'classifier/model.ckpt-best'))
  return [...variables.values()].filter(({ name }) => name !== 'global_step')
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restore-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

/** The checkpoint with its tensors changed. */
async function changed(model: string, change: (tensors: NamedTensor[]) => NamedTensor[]): Promise<Bundle> {
  const prefix = join(folder, 'changed')
  await writeBundle(prefix, change([...(await readBundle(pretrained(model))).values()]))
  return openBundle(prefix)
}

describe("the original's assignment maps", () => {
  const names = z.record(z.string(), z.string())
  const Case = z.object({
    case: z.string(),
    model: z.string(),
    checkpoint: z.string(),
    num_of_group: z.int(),
    not_matched: z.array(z.string()),
    assignment_map: z.union([names, z.array(names)]),
  })
  const cases = golden('checkpoint/assignment-maps.json', z.array(Case))

  test.each(cases)('$case', async ({ model, checkpoint, num_of_group, not_matched, assignment_map }) => {
    const { variables } = await openBundle(join(MODEL, checkpoint))
    const wanted = (await classifierOf(model)).map(({ name }) => name)
    const maps =
      num_of_group === 0
        ? [assignmentMap(wanted, variables)]
        : groupedAssignmentMaps(wanted, variables, num_of_group)
    expect(maps.map((map) => Object.fromEntries(map))).toEqual(
      Array.isArray(assignment_map) ? assignment_map : [assignment_map],
    )
    const matched = new Set(maps.flatMap((map) => [...map.values()]))
    for (const name of not_matched) expect(matched.has(name)).toBe(false)
    if (num_of_group < 2) expect(matched.size).toBe(wanted.length - not_matched.length)
  })
})

describe('initialise', () => {
  test('takes the encoder, leaves the head fresh, and says what it did not use', async () => {
    const wanted = await classifierOf('one-group')
    const { tensors, report } = await initialise(wanted, await openBundle(pretrained('one-group')))
    expect(report.missing.sort()).toEqual(['output_bias', 'output_weights'])
    expect(report.extra).toHaveLength(7)
    expect(report.extra.every((name) => name.startsWith('cls/'))).toBe(true)
    const all = await readBundle(pretrained('one-group'))
    expect([...tensors.keys()]).toEqual(report.restored)
    expect(report.restored).toHaveLength(25)
    for (const [name, tensor] of tensors) expect(tensor).toEqual(all.get(name))
  })

  test('moments and the step count of a training checkpoint are neither taken nor called extra', async () => {
    const bundle = await openBundle(join(MODEL, 'one-group/classifier/resume-adamw/model.ckpt-2'))
    const { report } = await initialise(await classifierOf('one-group'), bundle)
    expect(report).toMatchObject({ missing: [], extra: [] })
  })

  test('F46: another size is refused with the differing fields and every variable', async () => {
    const wanted = await classifierOf('v2-like')
    const error = await failure(initialise(wanted, await openBundle(pretrained('relu-square'))))
    expect(error).toMatch(/hidden_size \d+ where the checkpoint has \d+/)
    expect(error).toMatch(/vocab_size|intermediate_size/)
    expect(error).toContain('nothing was loaded')
    expect(error).toContain('bert/embeddings/word_embeddings is float32 [')
    expect(error).toContain('Missing')
  })

  test('F43: every missing, extra and misshaped variable at once', async () => {
    const bundle = await changed('one-group', (tensors) =>
      tensors
        .filter(({ name }) => name !== 'bert/pooler/dense/bias' && name !== 'bert/embeddings/LayerNorm/beta')
        .map((tensor) =>
          tensor.name === 'bert/embeddings/LayerNorm/gamma' ? { ...tensor, shape: [4, 4] } : tensor,
        ),
    )
    const error = await failure(initialise(await classifierOf('one-group'), bundle))
    for (const name of ['bert/pooler/dense/bias', 'bert/embeddings/LayerNorm/beta', 'output_weights'])
      expect(error).toContain(name)
    expect(error).toContain('bert/embeddings/LayerNorm/gamma is float32 [4, 4] and should be float32 [16]')
    expect(error).toContain('cls/seq_relationship/output_bias')
  })

  test('a dtype that is not the model’s is a misfit', async () => {
    const bundle = await changed('one-group', (tensors) =>
      tensors.map((tensor) =>
        tensor.name === 'bert/embeddings/LayerNorm/gamma'
          ? { ...tensor, dtype: 'int32', data: new Int32Array(16) }
          : tensor,
      ),
    )
    expect(await failure(initialise(await classifierOf('one-group'), bundle))).toContain(
      'LayerNorm/gamma is int32 [16]',
    )
  })

  test('nothing found is an error', async () => {
    const bundle = await changed('one-group', (tensors) =>
      tensors.map((tensor) => ({ ...tensor, name: `model/${tensor.name}` })),
    )
    expect(await failure(initialise(await classifierOf('one-group'), bundle))).toContain(
      'It holds none of the variables',
    )
  })

  test('F44: values that are no numbers are named', async () => {
    const bundle = await changed('one-group', (tensors) => {
      for (const { name, data } of tensors) {
        if (name === 'bert/pooler/dense/bias') data[3] = Number.NaN
        if (name === 'bert/pooler/dense/kernel') data[5] = -Infinity
      }
      return tensors
    })
    const error = await failure(initialise(await classifierOf('one-group'), bundle))
    expect(error).toContain(
      'bert/pooler/dense/bias (value 3 is NaN); bert/pooler/dense/kernel (value 5 is -Infinity)',
    )
  })

  test('a list of names stays readable when a file lists thousands', async () => {
    const prefix = join(folder, 'many')
    const tensors = Array.from({ length: 3000 }, (_, i): NamedTensor => ({
      name: `group_${i}/inner_group_0/x`,
      dtype: 'int32',
      shape: [0],
      data: new Int32Array(),
    }))
    await writeBundle(prefix, tensors)
    const error = await failure(initialise(await classifierOf('one-group'), await openBundle(prefix)))
    expect(error.length).toBeLessThan(100_000)
    expect(error).toContain('Not known to the model (3000): ')
  })
})

async function failure(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  )
  expect(error).toMatchObject({ error: { code: 'bad-checkpoint' } })
  return error instanceof Error ? error.message : ''
}
