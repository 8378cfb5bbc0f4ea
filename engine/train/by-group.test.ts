// A metric of each group.
import { expect, test } from 'vitest'
import { metricByGroup, MOST_GROUPS } from './by-group.ts'

const predicted = { labels: [0, 1, 1, 0, 1], predictions: [0, 0, 1, 1, 1], per_example_loss: [0, 0, 0, 0, 0] }

test('counts the rows of each group, and those without one nowhere', () => {
  const groups = ['fiction', 'travel', 'fiction', undefined, 'travel']
  expect(metricByGroup('accuracy', groups, predicted)).toEqual({ accuracy_fiction: 1, accuracy_travel: 0.5 })
  expect(metricByGroup('accuracy', [null, null, null, null, null], predicted)).toEqual({})
})

test('leaves a column alone that tells every row apart', () => {
  const many = Array.from({ length: MOST_GROUPS + 1 }, (_, row) => row)
  const all = { labels: many, predictions: many, per_example_loss: many }
  expect(metricByGroup('accuracy', many.map(String), all)).toEqual({})
  expect(
    Object.keys(
      metricByGroup(
        'accuracy',
        many.map(() => 'one'),
        all,
      ),
    ),
  ).toEqual(['accuracy_one'])
})
