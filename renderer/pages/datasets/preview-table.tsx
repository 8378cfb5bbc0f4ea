// The first rows of a file in, a table out; where a person says what the columns are, each has its role in its head.
import { useTranslation } from 'react-i18next'
import type { TaskKind } from '../../../engine/spec/task-spec.ts'
import type { FilePreview } from '../../../main/contract/host.ts'
import { COLUMN_ROLES, type ColumnRole } from '../../stores/import-draft.ts'
import { classes } from '../../ui/classes.ts'
import { Select } from '../../ui/select.tsx'
import { cell, Table } from '../../ui/table.tsx'
import styles from './datasets.module.css'

export function PreviewTable({
  preview,
  roles,
  kind,
  without = [],
  onRole,
}: {
  preview: FilePreview
  /** One for each column; null where the files say themselves what their columns are. */
  roles: readonly ColumnRole[] | null
  kind: TaskKind
  /** Roles that no column can have here. */
  without?: readonly ColumnRole[]
  onRole: (column: number, role: ColumnRole) => void
}) {
  const { t } = useTranslation('datasets')
  const asks = kind === 'extractive-qa' || kind === 'multiple-choice' ? 'questionRoles' : 'roles'
  const nameOf = (column: string, index: number) =>
    preview.header && column !== '' ? column : t('import.column', { number: index + 1 })
  return (
    <>
      <p className={styles.caption}>
        <span>{t('import.preview', { name: preview.name })}</span>
        <span>{t('import.rowsShown', { count: preview.rows.length })}</span>
      </p>
      <div className={styles.previewFrame}>
        <Table
          label={t('import.preview', { name: preview.name })}
          dense
          head={
            <tr>
              <th scope="col" className={cell.numeric}>
                {t('import.line')}
              </th>
              {preview.columns.map((column, index) => (
                <th key={index} scope="col">
                  <div className={styles.columnHead}>
                    <span className={styles.columnName} title={column}>
                      {nameOf(column, index)}
                    </span>
                    {roles !== null && (
                      <Select
                        label={t('import.role', { name: nameOf(column, index) })}
                        hideLabel
                        size="small"
                        value={roles[index] ?? 'ignore'}
                        onValueChange={(role) => onRole(index, role)}
                        options={COLUMN_ROLES[kind]
                          .filter((role) => !without.includes(role))
                          .map((role) => ({ value: role, label: t(`import.${asks}.${role}`) }))}
                      />
                    )}
                  </div>
                </th>
              ))}
            </tr>
          }
        >
          {preview.rows.map(({ line, cells }) => (
            <tr key={line}>
              <td className={`${cell.numeric} ${cell.faint}`}>{line}</td>
              {preview.columns.map((_, index) => (
                <td
                  key={index}
                  className={classes(
                    cell.clip,
                    roles !== null && (roles[index] ?? 'ignore') === 'ignore' && styles.ignored,
                  )}
                  title={cells[index]}
                >
                  {cells[index]}
                </td>
              ))}
            </tr>
          ))}
        </Table>
      </div>
    </>
  )
}
