// Rows and what to show of each in, a table out that sorts by any column, is searched, hides columns, and leaves as CSV.
import {
  columnFilteringFeature,
  columnVisibilityFeature,
  createFilteredRowModel,
  createSortedRowModel,
  filterFn_includesString,
  globalFilteringFeature,
  rowSortingFeature,
  sortFn_basic,
  sortFn_text,
  tableFeatures,
  useTable,
  type ColumnDef,
  type RowData,
} from '@tanstack/react-table'
import { ArrowDown, ArrowUp, Columns3, Copy, Download, Search } from 'lucide-react'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { classes } from '../ui/classes.ts'
import { Dialog } from '../ui/dialog.tsx'
import { cell, Table } from '../ui/table.tsx'
import { csvOf, saveText, type CsvValue } from './csv.ts'
import styles from './data-table.module.css'

export type DataColumn<Row extends RowData> = {
  id: string
  title: string
  /** What is sorted, searched and exported; null sorts last. */
  value: (row: Row) => CsvValue
  /** What is shown; the value itself when left out. */
  draw?: (row: Row) => ReactNode
  numeric?: boolean
  /** Hidden until someone asks for it. */
  hidden?: boolean
  /** The column that names the row cannot be hidden. */
  fixed?: boolean
}

const features = tableFeatures({
  rowSortingFeature,
  columnFilteringFeature,
  globalFilteringFeature,
  columnVisibilityFeature,
  sortedRowModel: createSortedRowModel(),
  filteredRowModel: createFilteredRowModel(),
  sortFns: { basic: sortFn_basic, text: sortFn_text },
  filterFns: { includesString: filterFn_includesString },
})

export function DataTable<Row extends RowData>({
  label,
  rows,
  columns,
  keyOf,
  sortBy,
  fileName,
  maxHeight,
  onCopied,
}: {
  label: string
  /** Keep rows and columns the same objects until they change. */
  rows: readonly Row[]
  columns: readonly DataColumn<Row>[]
  keyOf: (row: Row) => string
  sortBy: { id: string; desc: boolean }
  /** CSS length after which it scrolls; without it, it grows. */
  maxHeight?: string
  /** Name of the CSV file. */
  fileName: string
  onCopied: () => void
}) {
  const { t } = useTranslation('tables')
  const [choosing, setChoosing] = useState(false)
  const definitions = useMemo(() => columns.map(definitionOf), [columns])
  const data = useMemo(() => [...rows], [rows])
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: keyOf,
    enableSortingRemoval: false,
    globalFilterFn: 'includesString',
    getColumnCanGlobalFilter: () => true,
    initialState: {
      sorting: [sortBy],
      globalFilter: '',
      columnVisibility: Object.fromEntries(columns.map((column) => [column.id, column.hidden !== true])),
    },
  })
  const byId = new Map(columns.map((column) => [column.id, column]))
  const shownRows = table.getRowModel().rows
  const shownColumns = table.getVisibleLeafColumns().flatMap((column) => byId.get(column.id) ?? [])
  const csv = (): string =>
    csvOf(
      shownColumns.map((column) => column.title),
      shownRows.map((row) => shownColumns.map((column) => column.value(row.original))),
    )

  return (
    <>
      <div className={styles.tools}>
        <label className={styles.search}>
          <Search size={16} aria-hidden />
          <input
            type="search"
            placeholder={t('search')}
            aria-label={t('search')}
            value={String(table.state.globalFilter ?? '')}
            onChange={(event) => table.setGlobalFilter(event.target.value)}
          />
        </label>
        <span className={styles.count} role="status">
          {shownRows.length === rows.length
            ? t('rows', { count: rows.length })
            : t('rowsOf', { shown: shownRows.length, count: rows.length })}
        </span>
        <Button
          size="small"
          variant="quiet"
          icon={<Columns3 aria-hidden />}
          onClick={() => setChoosing(true)}
        >
          {t('columns')}
        </Button>
        <Button
          size="small"
          variant="quiet"
          icon={<Copy aria-hidden />}
          onClick={() =>
            void navigator.clipboard.writeText(csv()).then(onCopied, () => saveText(fileName, csv()))
          }
        >
          {t('copyCsv')}
        </Button>
        <Button
          size="small"
          variant="quiet"
          icon={<Download aria-hidden />}
          onClick={() => saveText(fileName, csv())}
        >
          {t('saveCsv')}
        </Button>
      </div>
      <div className={styles.wide}>
        <Table
          label={label}
          {...(maxHeight !== undefined && { maxHeight })}
          head={table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map(({ column }) => (
                <Head
                  key={column.id}
                  title={byId.get(column.id)?.title ?? ''}
                  numeric={byId.get(column.id)?.numeric === true}
                  sorted={column.getIsSorted()}
                  onToggle={() => column.toggleSorting()}
                />
              ))}
            </tr>
          ))}
        >
          {shownRows.map((row) => (
            <tr key={row.id}>
              {shownColumns.map((column) => (
                <td
                  key={column.id}
                  className={column.numeric === true ? cell.numeric : cell.clip}
                  title={column.numeric === true ? undefined : String(column.value(row.original) ?? '')}
                >
                  {column.draw === undefined ? column.value(row.original) : column.draw(row.original)}
                </td>
              ))}
            </tr>
          ))}
          {shownRows.length === 0 && (
            <tr>
              <td colSpan={shownColumns.length} className={styles.none}>
                {t('nothingFound')}
              </td>
            </tr>
          )}
        </Table>
      </div>
      <Dialog open={choosing} onOpenChange={setChoosing} size="small" title={t('columns')}>
        <div className={styles.choices}>
          {table.getAllLeafColumns().map((column) => (
            <Checkbox
              key={column.id}
              label={byId.get(column.id)?.title ?? column.id}
              checked={column.getIsVisible()}
              disabled={!column.getCanHide()}
              onCheckedChange={(visible) => column.toggleVisibility(visible)}
            />
          ))}
        </div>
      </Dialog>
    </>
  )
}

function definitionOf<Row extends RowData>(column: DataColumn<Row>): ColumnDef<typeof features, Row> {
  return {
    id: column.id,
    // What is missing is undefined for the library, which can put it last in both directions.
    accessorFn: (row) => column.value(row) ?? undefined,
    sortFn: column.numeric === true ? 'basic' : 'text',
    sortUndefined: 'last',
    sortDescFirst: column.numeric === true,
    enableHiding: column.fixed !== true,
  }
}

function Head({
  title,
  numeric,
  sorted,
  onToggle,
}: {
  title: string
  numeric: boolean
  sorted: false | 'asc' | 'desc'
  onToggle: () => void
}) {
  return (
    <th
      scope="col"
      className={numeric ? cell.numeric : undefined}
      aria-sort={sorted === false ? 'none' : sorted === 'asc' ? 'ascending' : 'descending'}
    >
      <button
        type="button"
        className={classes(styles.sort, numeric && styles.right, sorted !== false && styles.sorted)}
        onClick={onToggle}
      >
        {title}
        {sorted === 'asc' && <ArrowUp size={12} aria-hidden />}
        {sorted === 'desc' && <ArrowDown size={12} aria-hidden />}
      </button>
    </th>
  )
}
