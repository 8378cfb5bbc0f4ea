// The library that runs, and the kernels that we add to it.
import { backend, engine, gather, tensor1d, tensor2d, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test, vi } from 'vitest'
import { startNative } from './native.ts'

beforeAll(async () => {
  await startNative({ backend: 'native', threads: 0 })
})

const table = () => tensor2d([1, 2, 3, 4, 5, 6], [3, 2])

test('says what runs, and that settings of a running library stay', async () => {
  const started = await startNative({ backend: 'native', threads: 0 })
  expect(started.tensorflow_version).toMatch(/^\d+\.\d+\.\d+/)
  expect(['CPU', 'GPU']).toContain(started.device)
  const other = await startNative({ backend: 'native', threads: 3 })
  expect(other.notice).toMatch(/threads 0; 3 is not applied/)
})

test('a lookup reads no tensor back', () => {
  const read = vi.spyOn(backend(), 'readSync')
  const rows = gather(table(), tensor2d([2, 0, 2, 1], [2, 2], 'int32'))
  expect(read).not.toHaveBeenCalled()
  read.mockRestore()
  expect(rows.shape).toEqual([2, 2, 2])
  expect([...rows.dataSync()]).toEqual([5, 6, 1, 2, 5, 6, 3, 4])
})

test('a lookup of a row that does not exist is an error', () => {
  expect(() => gather(table(), tensor1d([3], 'int32')).dataSync()).toThrow(
    /indices\[0\] = 3 is not in \[0, 3\)/,
  )
})

test('random numbers hang on their key alone', () => {
  const draw = (key: [number, number]) =>
    engine().runKernel<Tensor>(
      'StatelessRandomUniformFullInt',
      { seed: tensor1d(key, 'int32') },
      { shape: [4, 2] },
    )
  const first = draw([1, 2])
  expect(first.shape).toEqual([4, 2])
  expect(draw([1, 2]).dataSync()).toEqual(first.dataSync())
  expect(draw([1, 3]).dataSync()).not.toEqual(first.dataSync())
})

test('words are combined bit by bit, and a shift keeps the sign', () => {
  const words = (...values: number[]) => tensor1d(values, 'int32')
  const of = (kernel: string, b: Tensor) => [
    ...engine()
      .runKernel<Tensor>(kernel, { a: words(-6, 12), b })
      .dataSync(),
  ]
  expect(of('BitwiseAnd', words(7, 10))).toEqual([-6 & 7, 12 & 10])
  expect(of('BitwiseXor', words(7, 10))).toEqual([-6 ^ 7, 12 ^ 10])
  expect(of('RightShift', words(1, 2))).toEqual([-6 >> 1, 12 >> 2])
})
