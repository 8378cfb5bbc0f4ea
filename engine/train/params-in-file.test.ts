// The largest weights left in their file give what they give in memory, however they are cut, and nothing of them stays.
import path from 'node:path'
import { add, concat, dispose, matMul, memory, tensor2d, tidy, type Tensor2D } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { farTensor } from '../backends/far-tensors.ts'
import { startNative } from '../backends/native.ts'
import { openBundle } from '../checkpoint/bundle-reader.ts'
import { backboneParams, type Params } from '../model/params.ts'
import { Runtime } from '../spec/runtime.ts'
import {
  oracleConfig,
  OracleInputs,
  oracleParams,
  ORACLE_MODELS,
  type OracleModel,
} from '../testing/oracle-models.ts'
import { golden, GOLDENS, largestError } from '../testing/tensor-dump.ts'
import { encode } from './forward.ts'
import { openParams } from './params-in-file.ts'

beforeAll(async () => {
  await startNative(Runtime.parse({}))
})

const outputs = (model: OracleModel, params: Params) =>
  tidy(() => {
    const tables = golden(`model/${model}/encoder-inputs.json`, OracleInputs)
    const { sequence_output, pooled_output } = encode(params, tables, oracleConfig(model))
    return [...sequence_output.dataSync(), ...pooled_output.dataSync()]
  })

describe.each(ORACLE_MODELS)('%s', (model) => {
  test.each([
    ['read anew for each layer, row by row', { piece_bytes: 1, kept_bytes: 0 }],
    ['in pieces, of which the last is shorter and some are kept', { piece_bytes: 900, kept_bytes: 3000 }],
    ['all of them kept', { piece_bytes: 1000, kept_bytes: 1e9 }],
    ['all small enough', { piece_bytes: 1e9, kept_bytes: 0 }],
  ])('%s', async (_, limits) => {
    const params = await oracleParams(model)
    const expected = outputs(model, params)
    dispose(params)
    const before = memory().numTensors
    const bundle = await openBundle(path.join(GOLDENS, 'model', model, 'pretrained/model.ckpt-best'))
    const inFile = await openParams(bundle, backboneParams(oracleConfig(model)), limits)
    expect(largestError(outputs(model, inFile.params), expected)).toBeLessThan(1e-5)
    inFile.close()
    expect(memory().numTensors).toBe(before)
  })
})

describe('a far tensor', () => {
  const matrix = () => tensor2d([1, 2, 3, 4, 5, 6], [2, 3])
  let fetched = 0
  const far = (of: Tensor2D): Tensor2D => {
    fetched = 0
    const whole = (): Tensor2D => {
      fetched++
      return of
    }
    return farTensor(of.shape, { product: (x) => matMul(x, of), whole })
  }

  test('is multiplied by, and put side by side with others of its kind', () =>
    tidy(() => {
      const x = tensor2d([1, 10], [1, 2])
      expect([...matMul(x, far(matrix())).dataSync()]).toEqual([41, 52, 63])
      const both = concat([far(matrix()), far(matrix())], 1)
      expect(both.shape).toEqual([2, 6])
      expect([...matMul(x, both).dataSync()]).toEqual([41, 52, 63, 41, 52, 63])
      expect(fetched).toBe(0)
    }))

  test.each<[string, (matrix: Tensor2D) => Tensor2D]>([
    ['added to', (matrix) => add(matrix, 1)],
    ['a factor on the left', (matrix) => matMul(matrix, tensor2d([1, 2, 3], [3, 1]))],
    ['turned', (matrix) => matMul(tensor2d([1, 2, 3], [1, 3]), matrix, false, true)],
    ['put on top of another', (matrix) => concat([matrix, matrix], 0)],
    ['put beside one with numbers', (near) => concat([near, matrix()], 1)],
    ['put beside another and added to', (near) => add(concat([near, near], 1), 1)],
    ['read', (matrix) => matrix],
  ])('is brought into memory where it is %s, once', (_, use) => {
    const before = memory().numTensors
    tidy(() => {
      const expected = use(matrix()).dataSync()
      const tensor = far(matrix())
      expect([...use(tensor).dataSync()]).toEqual([...expected])
      expect(fetched).toBeGreaterThan(0)
      const sofar = fetched
      expect([...tensor.dataSync()]).toEqual([1, 2, 3, 4, 5, 6])
      expect([...tensor.dataSync()]).toEqual([1, 2, 3, 4, 5, 6])
      expect(fetched).toBeLessThanOrEqual(sofar + 1)
    })
    expect(memory().numTensors).toBe(before)
  })

  test('of two, one is multiplied by the other', () =>
    tidy(() => {
      const left = far(matrix())
      const right = far(tensor2d([1, 2, 3], [3, 1]))
      expect([...matMul(left, right).dataSync()]).toEqual([14, 32])
    }))
})
