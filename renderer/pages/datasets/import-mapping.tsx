// The first stage of an import: the files and how they are written at the left, their first rows with a role for every column at the right.
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { FilePreview } from '../../../main/contract/host.ts'
import { COLUMN_ROLES, type ColumnRole } from '../../stores/import-draft.ts'
import type { ImportFlow } from '../../stores/import-flow.ts'
import { classes } from '../../ui/classes.ts'
import { Select } from '../../ui/select.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { cell, Table } from '../../ui/table.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { RemoteView } from '../remote-view.tsx'
import styles from './datasets.module.css'
import { FormatControls } from './format-controls.tsx'
import { ImportFiles } from './import-files.tsx'

export function ImportMapping({ flow }: { flow: ImportFlow }) {
  const { t } = useTranslation('datasets')
  const { t: common } = useTranslation('common')
  const { choices, preview, adding } = useStore(flow)
  return (
    <div className={styles.import}>
      <div className={styles.side}>
        <TextField
          label={t('import.name')}
          value={choices.name}
          maxLength={100}
          onValueChange={(name) => flow.choose({ name })}
        />
        <div>
          <Segmented
            label={t('import.kind')}
            value={choices.kind}
            onValueChange={(kind) => flow.choose({ kind })}
            options={(['classification', 'regression'] as const).map((kind) => ({
              value: kind,
              label: common(`kind.${kind}`),
            }))}
          />
          <p className={styles.hint}>{t(`import.kindHint.${choices.kind}`)}</p>
        </div>
        <ImportFiles flow={flow} />
        <FormatControls flow={flow} />
      </div>
      <div className={styles.main}>
        {adding.length > 0 && (
          <p className={styles.caption} role="status">
            {t('import.adding', { names: adding.join(', ') })}
          </p>
        )}
        {preview !== null && (
          <RemoteView of={preview} lines={12}>
            {(value) => (
              <Preview
                preview={value}
                roles={choices.roles}
                onRole={(column, role) => flow.setRole(column, role)}
              />
            )}
          </RemoteView>
        )}
      </div>
    </div>
  )
}

function Preview({
  preview,
  roles,
  onRole,
}: {
  preview: FilePreview
  roles: readonly ColumnRole[]
  onRole: (column: number, role: ColumnRole) => void
}) {
  const { t } = useTranslation('datasets')
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
                    <Select
                      label={t('import.role', { name: nameOf(column, index) })}
                      hideLabel
                      size="small"
                      value={roles[index] ?? 'ignore'}
                      onValueChange={(role) => onRole(index, role)}
                      options={COLUMN_ROLES.map((role) => ({
                        value: role,
                        label: t(`import.roles.${role}`),
                      }))}
                    />
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
                  className={classes(cell.clip, (roles[index] ?? 'ignore') === 'ignore' && styles.ignored)}
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
