// The comparison in, the README's table out: for each size v1, v2, their difference, and one's own runs, told apart by word and colour.
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import type { PublishedResults } from '../../../main/contract/records.ts'
import { useFormat } from '../../i18n/format.ts'
import { Link } from '../../layout/link.tsx'
import { Badge } from '../../ui/badge.tsx'
import { classes } from '../../ui/classes.ts'
import { cell, Table } from '../../ui/table.tsx'
import type { Comparison, Difference, OwnRow, PublishedColumn, SizeGroup } from './comparison.ts'
import styles from './results.module.css'

type Columns = readonly PublishedColumn[]

export function ComparisonTable({
  published,
  comparison,
  chosen,
}: {
  published: PublishedResults
  comparison: Comparison
  /** Key of the column that the chart shows. */
  chosen: string
}) {
  const { t } = useTranslation('results')
  const { gap } = useFormat()
  const { columns } = published
  const hasOwn = comparison.others.length > 0 || comparison.groups.some((group) => group.own.length > 0)
  return (
    <>
      <Table
        label={t('comparison.table')}
        head={
          <tr>
            <th scope="col">{t('comparison.model')}</th>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={classes(cell.numeric, column.key === chosen && styles.chosen)}
              >
                {column.title}
              </th>
            ))}
          </tr>
        }
      >
        {comparison.groups.map((group) => (
          <Group key={group.size} group={group} columns={columns} />
        ))}
        {comparison.others.length > 0 && (
          <>
            <tr className={styles.groupRow}>
              <th scope="rowgroup" colSpan={columns.length + 1}>
                {t('comparison.otherSizes')}
              </th>
            </tr>
            {comparison.others.map((row) => (
              <OwnLine key={row.model_name} row={row} columns={columns} />
            ))}
          </>
        )}
      </Table>
      <p className={styles.notes}>
        {[t('comparison.greyNote'), t(hasOwn ? 'comparison.ownNote' : 'comparison.noOwn')].join(gap)}
      </p>
    </>
  )
}

function Group({ group, columns }: { group: SizeGroup; columns: Columns }) {
  const { t } = useTranslation('results')
  const format = useFormat()
  return (
    <>
      <tr className={styles.groupRow}>
        <th scope="rowgroup" colSpan={columns.length + 1}>
          {t('comparison.size', { size: group.size })}
          {group.parameters > 0 && (
            <span className={styles.parameters}>
              {t('comparison.parameters', { count: format.compact(group.parameters) })}
            </span>
          )}
        </th>
      </tr>
      {(['v1', 'v2'] as const).map((version) => (
        <tr key={version}>
          <th scope="row">{t('comparison.version', { version })}</th>
          {columns.map(({ key }) => (
            <td key={key} className={cell.numeric}>
              <Published score={group[version][key]} />
            </td>
          ))}
        </tr>
      ))}
      <tr>
        <th scope="row" className={styles.faint}>
          {t('comparison.difference')}
        </th>
        {columns.map(({ key }) => (
          <td key={key} className={cell.numeric}>
            <Signed difference={group.differences[key]} />
          </td>
        ))}
      </tr>
      {group.own.map((row) => (
        <OwnLine key={row.model_name} row={row} columns={columns} />
      ))}
    </>
  )
}

function OwnLine({ row, columns }: { row: OwnRow; columns: Columns }) {
  const { t } = useTranslation('results')
  const format = useFormat()
  return (
    <tr className={styles.own}>
      <th scope="row">
        <Badge tone="accent">{t('comparison.yours', { name: row.model_name })}</Badge>
      </th>
      {columns.map(({ key }) => {
        const own = row.scores[key]
        return (
          <td key={key} className={cell.numeric}>
            {own !== undefined && (
              <>
                <Link to={{ page: 'run', job_id: own.job_id }}>
                  <Published score={own.parts} />
                </Link>
                {own.difference !== null && (
                  <small className={classes(styles.against, toneOf(own.difference))}>
                    {t('comparison.againstV2', { difference: format.signed(own.difference.value, 1) })}
                  </small>
                )}
              </>
            )}
          </td>
        )
      })}
    </tr>
  )
}

function Published({ score }: { score: readonly number[] | undefined }) {
  const format = useFormat()
  if (score === undefined) return null
  return score.map((value, index) => (
    <Fragment key={index}>
      {index > 0 && '/'}
      {format.fixed(value, 1)}
    </Fragment>
  ))
}

function Signed({ difference }: { difference: Difference | undefined }) {
  const format = useFormat()
  if (difference === undefined) return null
  return <span className={toneOf(difference)}>{format.signed(difference.value, 1)}</span>
}

/** Grey when it is no more than chance; coloured by its sign only when it is known to be more. */
function toneOf({ value, significant }: Difference): string | undefined {
  if (significant !== true) return styles.faint
  return value < 0 ? styles.worse : styles.better
}
