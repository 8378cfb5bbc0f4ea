// The table sorts by numbers as numbers, keeps what is missing last, finds, hides, and copies what it shows.
import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'
import { renderInWindow } from '../testing/render.tsx'
import { DataTable, type DataColumn } from './data-table.tsx'

type Row = { id: string; name: string; score: number | null; rate: number }
const rows: Row[] = [
  { id: 'a', name: 'ten', score: 0.9, rate: 1e-5 },
  { id: 'b', name: 'nine, with a comma', score: null, rate: 1e-3 },
  { id: 'c', name: 'Eleven', score: 0.8, rate: 0.5 },
]
const columns: DataColumn<Row>[] = [
  { id: 'name', title: 'Name', value: (row) => row.name, fixed: true },
  { id: 'score', title: 'Score', value: (row) => row.score, numeric: true },
  { id: 'rate', title: 'Rate', value: (row) => row.rate, numeric: true, hidden: true },
]

const onCopied = vi.fn()
const draw = () =>
  renderInWindow(
    <DataTable
      label="Rows"
      rows={rows}
      columns={columns}
      keyOf={(row) => row.id}
      sortBy={{ id: 'score', desc: true }}
      fileName="rows.csv"
      onCopied={onCopied}
    />,
  )
const names = (): (string | undefined)[] =>
  within(screen.getByRole('table'))
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.querySelector('td')?.textContent)

beforeEach(() => onCopied.mockReset())

test('sorts by any column; what is missing stays last in both directions', async () => {
  const user = userEvent.setup()
  draw()
  expect(names()).toEqual(['ten', 'Eleven', 'nine, with a comma'])
  await user.click(screen.getByRole('button', { name: 'Score' }))
  expect(names()).toEqual(['Eleven', 'ten', 'nine, with a comma'])
  expect(screen.getByRole('columnheader', { name: 'Score' }).getAttribute('aria-sort')).toBe('ascending')
  await user.click(screen.getByRole('button', { name: 'Name' }))
  expect(names()).toEqual(['Eleven', 'nine, with a comma', 'ten'])
})

test('finds rows by any of their words and says how many', async () => {
  draw()
  await userEvent.type(screen.getByRole('searchbox'), 'COMMA')
  expect(names()).toEqual(['nine, with a comma'])
  expect(screen.getByRole('status').textContent).toBe('1 of 3 rows')
})

test('shows and hides columns, and copies exactly what is shown, in full precision', async () => {
  const user = userEvent.setup()
  const written = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
  draw()
  expect(screen.queryByRole('columnheader', { name: 'Rate' })).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Columns' }))
  expect(screen.getByRole<HTMLButtonElement>('checkbox', { name: 'Name' }).disabled).toBe(true)
  await user.click(screen.getByRole('checkbox', { name: 'Rate' }))
  await user.click(screen.getByRole('checkbox', { name: 'Score' }))
  await user.click(screen.getByRole('button', { name: 'Close' }))
  await user.click(screen.getByRole('button', { name: 'Copy CSV' }))
  expect(written).toHaveBeenCalledWith(
    'Name,Rate\r\nten,0.00001\r\nEleven,0.5\r\n"nine, with a comma",0.001\r\n',
  )
  expect(onCopied).toHaveBeenCalledOnce()
})
