// Guesses and choices of the import dialog become the draft that the host understands.
import { describe, expect, it } from 'vitest'
import {
  draftOf,
  importGaps,
  nameFrom,
  splitByName,
  withFiles,
  withRole,
  type ImportChoices,
} from './import-draft.ts'

const file = (name: string) => ({ file_id: name, name, bytes: 1 })
const none = { train: null, dev: null, test: null }
const choices: ImportChoices = {
  name: ' reviews ',
  files: { ...none, train: file('a') },
  format: { delimiter: '\t', quote: null, encoding: 'utf-8' },
  header: true,
  kind: 'classification',
  layout: 'table',
  task_name: null,
  roles: ['guid', 'text_a', 'ignore', 'label'],
  labels: ['b', 'a'],
  label_aliases: {},
  dev_share: 0.2,
  skip_faulty_rows: false,
  skip_faults: [],
}

describe('files', () => {
  it('are told apart by their names', () => {
    expect(splitByName('RTE/train.tsv')).toBe('train')
    expect(splitByName('reviews_dev.csv')).toBe('dev')
    expect(splitByName('validation-set.txt')).toBe('dev')
    expect(splitByName('test.tsv')).toBe('test')
    expect(splitByName('constraints.tsv')).toBeNull()
  })
  it('take the free places when their names do not tell', () => {
    const files = withFiles(none, [file('data.tsv'), file('test.tsv'), file('more.tsv')])
    expect(files).toEqual({ train: file('data.tsv'), dev: file('more.tsv'), test: file('test.tsv') })
  })
  it('give the dataset its name', () => {
    expect(nameFrom('reviews-train.tsv')).toBe('reviews')
    expect(nameFrom('train.tsv')).toBe('train')
    expect(nameFrom('letters.1848.csv')).toBe('letters.1848')
  })
})

describe('roles', () => {
  it('are held by one column each, but for ignore', () => {
    expect(withRole(['text_a', 'label', 'ignore'], 2, 'label')).toEqual(['text_a', 'ignore', 'label'])
    expect(withRole(['ignore', 'label'], 1, 'ignore')).toEqual(['ignore', 'ignore'])
  })
})

describe('the draft', () => {
  it('names columns by their header, where that is theirs alone', () => {
    const draft = draftOf(choices, ['id', 'text', 'text', 'label'], 7)
    expect(draft?.columns).toMatchObject({ guid: 'id', text_a: 1, text_b: null, label: 'label', options: [] })
    expect(draft).toMatchObject({ name: 'reviews', labels: ['b', 'a'], dev_share: 0.2, seed: 7 })
  })
  it('names columns by their place without a header', () => {
    const draft = draftOf({ ...choices, header: false }, ['0', '1', '2', '3'], 7)
    expect(draft?.columns).toMatchObject({ guid: 0, text_a: 1, text_b: null, label: 3 })
  })
  it('lists no labels for a regression', () => {
    expect(draftOf({ ...choices, kind: 'regression' }, ['a', 'b', 'c', 'd'], 7)?.labels).toEqual([])
  })
  it('is none while something is missing or cannot be', () => {
    const columns = ['a', 'b', 'c', 'd']
    expect(importGaps({ ...choices, roles: ['ignore'], name: '' })).toEqual([
      'no-name',
      'no-text',
      'no-label',
    ])
    expect(draftOf({ ...choices, name: ' ' }, columns, 7)).toBeNull()
    expect(draftOf({ ...choices, dev_share: 0.9 }, columns, 7)).toBeNull()
    expect(draftOf({ ...choices, dev_share: null }, columns, 7)).toBeNull()
    expect(draftOf({ ...choices, files: none }, columns, 7)).toBeNull()
  })
})
