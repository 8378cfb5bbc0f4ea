// Kernels of any size are turned, whole tiles of them or not; all else only gets its other name.
import { expect, test } from 'vitest'
import { converted } from './hugging-face-layout.ts'
import type { NamedTensor } from './named-tensor.ts'

const numbered = (shape: number[]): NamedTensor => {
  const count = shape.reduce((product, size) => product * size, 1)
  return {
    name: 'theirs',
    dtype: 'float32',
    shape,
    data: Float32Array.from({ length: count }, (_, at) => at),
  }
}

test.each([
  [1, 1],
  [2, 3],
  [32, 32],
  [33, 70],
  [70, 31],
  [1, 100],
  [64, 96],
  [0, 5],
])('%i×%i', (rows, columns) => {
  const { name, shape, data } = converted(numbered([rows, columns]), 'ours', true)
  expect({ name, shape }).toEqual({ name: 'ours', shape: [columns, rows] })
  const expected = Array.from(
    { length: rows * columns },
    (_, at) => (at % rows) * columns + Math.floor(at / rows),
  )
  expect([...data]).toEqual(expected)
})

test('a vector, and what is not to be turned, stay as they are', () => {
  const vector = numbered([5])
  expect(converted(vector, 'ours', true)).toEqual({ ...vector, name: 'ours' })
  const matrix = numbered([2, 3])
  expect(converted(matrix, 'ours', false)).toEqual({ ...matrix, name: 'ours' })
})
