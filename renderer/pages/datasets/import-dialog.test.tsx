// What a person does with a dropped file, over the whole flow: preview, map, check, leave out, import; and what they read when it fails.
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HostFailure } from '../../../main/contract/errors.ts'
import { createFakeHost } from '../../testing/fake-host.ts'
import { renderInWindow } from '../../testing/render.tsx'
import { DatasetsPage } from './datasets-page.tsx'

const TSV = [
  'nr\treview\tverdict',
  '1\tA delight from the first scene to the last.\tgood',
  '2\tI fell asleep.\tbad',
  '3\t\tbad',
  '4\tA fine cast.\tgood',
  '5\tone column too many\tbad\textra',
  '6\tNobody needs this.\tbad',
].join('\n')

const drop = (...files: File[]) => {
  const zone = screen.getByRole('button', { name: /Drop files or a folder/ })
  fireEvent.drop(zone, { dataTransfer: { files, items: [], types: ['Files'] } })
}
const tsv = (name: string, text = TSV) => new File([text], name, { type: 'text/tab-separated-values' })
const roleOf = (column: string) => screen.findByRole('combobox', { name: `What column ${column} is` })

beforeEach(() => {
  window.location.hash = '#/datasets'
})
afterEach(cleanup)

describe('the import of a file', () => {
  it('goes from the drop to the dataset, without the faulty rows', async () => {
    const user = userEvent.setup()
    const fake = createFakeHost({ empty: true })
    renderInWindow(<DatasetsPage />, { fake })
    await screen.findByText('No datasets yet')
    drop(tsv('reviews-train.tsv'))

    // The host took the first row for text: without known words it is no header.
    await screen.findByRole('dialog', { name: 'Import “reviews”' })
    const header = await screen.findByRole('checkbox', { name: 'The first row names the columns' })
    await roleOf('Column 1')
    await user.click(header)
    await user.selectOptions(await roleOf('review'), 'Text')
    expect(screen.getByText('Say which column holds the label.')).toBeTruthy()
    await user.selectOptions(await roleOf('verdict'), 'Label')
    await user.click(screen.getByRole('button', { name: 'Check the rows' }))

    // Both faults, with their lines; nothing can be imported before a decision.
    const faults = await screen.findByRole('table', { name: 'Faulty rows' })
    const lines = within(faults).getAllByRole('row').slice(1)
    expect(
      lines.map((row) =>
        within(row)
          .getAllByRole('cell')
          .map((one) => one.textContent),
      ),
    ).toEqual([
      [
        'reviews-train.tsv',
        '4',
        'review',
        'empty',
        'Empty text There is no text in review. Fill it in, or leave the row out.',
      ],
      [
        'reviews-train.tsv',
        '6',
        '–',
        '–',
        'Wrong number of columns The row has 4 columns and needs 3. Look for a missing or an extra delimiter.',
      ],
    ])
    const importButton = screen.getByRole<HTMLButtonElement>('button', { name: 'Import' })
    expect(importButton.disabled).toBe(true)

    await user.click(screen.getByRole('switch', { name: 'Leave out faulty rows' }))
    await user.click(screen.getByRole('button', { name: 'Move good up' }))
    await waitFor(() => expect(importButton.disabled).toBe(false))
    await user.click(importButton)

    await waitFor(() => expect(fake.world.datasets).toHaveLength(1))
    const dataset = fake.world.datasets[0]
    expect(dataset?.name).toBe('reviews')
    expect(dataset?.task.labels).toEqual(['good', 'bad'])
    expect(dataset?.task.splits.train?.columns).toMatchObject({ text_a: 'review', label: 'verdict' })
    await waitFor(() => expect(window.location.hash).toBe(`#/datasets/${String(dataset?.id)}`))
  })

  it('puts several files where their names say', async () => {
    renderInWindow(<DatasetsPage />)
    await screen.findByRole('table', { name: 'Datasets' })
    drop(tsv('reviews.dev.tsv'), tsv('reviews.train.tsv'), tsv('reviews.test.tsv'))
    await screen.findByRole('dialog')
    const purpose = async (name: string) =>
      (await screen.findByRole<HTMLSelectElement>('combobox', { name: `What ${name} is for` })).value
    expect(await purpose('reviews.train.tsv')).toBe('train')
    expect(await purpose('reviews.dev.tsv')).toBe('dev')
    expect(await purpose('reviews.test.tsv')).toBe('test')
  })

  it('says nothing of an archive whose unpacking a person gave up', async () => {
    const fake = createFakeHost({ empty: true })
    fake.failNext('datasets.recognize', new HostFailure({ code: 'cancelled', message: 'It was cancelled.' }))
    renderInWindow(<DatasetsPage />, { fake })
    await screen.findByText('No datasets yet')
    drop(tsv('SST-2.zip'))
    await waitFor(() => expect(fake.calls).toContain('datasets.recognize'))
    await waitFor(() => expect(screen.queryByText(/^Reading SST-2\.zip/)).toBeNull())
    expect(screen.queryByText('It was cancelled.')).toBeNull()
    expect(screen.getByRole('dialog', { name: 'Import a dataset' })).toBeTruthy()
  })

  it('says what is wrong with a file that holds nothing', async () => {
    renderInWindow(<DatasetsPage />)
    await screen.findByRole('table', { name: 'Datasets' })
    drop(tsv('nothing.tsv', '\n'))
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('The file cannot be used')
    expect(alert.textContent).toContain('nothing.tsv is empty. Choose a file with at least one row.')
  })

  it('reads the file again when the delimiter changes', async () => {
    const user = userEvent.setup()
    renderInWindow(<DatasetsPage />)
    await screen.findByRole('table', { name: 'Datasets' })
    drop(tsv('letters.csv', 'text;label\nDear Sir, I thank you;private\nBy order;official\n'))
    const delimiter = await screen.findByRole<HTMLSelectElement>('combobox', { name: 'Delimiter' })
    await waitFor(() => expect(delimiter.value).toBe(';'))
    expect((await roleOf('label')) as HTMLSelectElement).toHaveProperty('value', 'label')
    await user.selectOptions(delimiter, ',')
    await screen.findByRole('combobox', { name: /What column text;label is/ })
    expect(screen.queryByRole('combobox', { name: 'What column label is' })).toBeNull()
  })
})

describe('the list of datasets', () => {
  it('deletes a dataset only after a question', async () => {
    const user = userEvent.setup()
    const { fake } = renderInWindow(<DatasetsPage />)
    const table = await screen.findByRole('table', { name: 'Datasets' })
    await user.click(within(table).getByRole('button', { name: 'Actions for Support tickets' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Delete…' }))
    const question = await screen.findByRole('alertdialog', { name: 'Delete “Support tickets”?' })
    expect(fake.world.datasets).toHaveLength(4)
    await user.click(within(question).getByRole('button', { name: 'Delete dataset' }))
    await waitFor(() => expect(screen.queryByRole('link', { name: 'Support tickets' })).toBeNull())
    expect(fake.world.datasets).toHaveLength(3)
  })
})
