// The first stage of an import: the files and how they are written at the left, their first rows with a role for every column at the right.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { TaskKind } from '../../../engine/spec/task-spec.ts'
import type { FilePreview } from '../../../main/contract/host.ts'
import { COLUMN_ROLES, isMapped, type ColumnRole, type ImportChoices } from '../../stores/import-draft.ts'
import type { ImportFlow } from '../../stores/import-flow.ts'
import { classes } from '../../ui/classes.ts'
import { Select } from '../../ui/select.tsx'
import { cell, Table } from '../../ui/table.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { RemoteView } from '../remote-view.tsx'
import styles from './datasets.module.css'
import { EncodedRows } from './encoded-rows.tsx'
import { FormatControls } from './format-controls.tsx'
import { ImportFiles } from './import-files.tsx'

export function ImportMapping({ flow }: { flow: ImportFlow }) {
  const { t } = useTranslation('datasets')
  const { t: common } = useTranslation('common')
  const { choices, preview, adding } = useStore(flow)
  const [look, setLook] = useState<'rows' | 'encoded'>('rows')
  return (
    <div className={styles.import}>
      <div className={styles.side}>
        <TextField
          label={t('import.name')}
          value={choices.name}
          maxLength={100}
          onValueChange={(name) => flow.choose({ name })}
        />
        <Recognized flow={flow} />
        {choices.task_name === null && choices.layout === 'table' && (
          <div>
            <Select
              label={t('import.kind')}
              value={choices.kind}
              onValueChange={(kind) => flow.choose({ kind })}
              options={TaskKind.options.map((kind) => ({ value: kind, label: common(`kind.${kind}`) }))}
            />
            <p className={styles.hint}>{t(`import.kindHint.${choices.kind}`)}</p>
          </div>
        )}
        <ImportFiles flow={flow} />
        {isMapped(choices) && choices.format.json_lines !== true && <FormatControls flow={flow} />}
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
              <Tabs
                label={t('import.looks')}
                value={look}
                onValueChange={(next) => setLook(next === 'encoded' ? 'encoded' : 'rows')}
                tabs={[
                  {
                    value: 'rows',
                    label: t('import.asRows'),
                    content: (
                      <Preview
                        preview={value}
                        choices={choices}
                        onRole={(column, role) => flow.setRole(column, role)}
                      />
                    ),
                  },
                  {
                    value: 'encoded',
                    label: t('import.asPieces'),
                    content: <EncodedRows preview={value} choices={choices} />,
                  },
                ]}
              />
            )}
          </RemoteView>
        )}
      </div>
    </div>
  )
}

/** What the files were recognised as, and the choice to take them for something else. */
function Recognized({ flow }: { flow: ImportFlow }) {
  const { t } = useTranslation('datasets')
  const { found, taken } = useStore(flow)
  if (found.length === 0) return null
  return (
    <Select
      label={t('import.recognized')}
      hint={t(
        taken === null
          ? 'import.ownHint'
          : found[taken]?.task_name == null
            ? 'import.formHint'
            : 'import.recognizedHint',
      )}
      value={taken === null ? OWN : String(taken)}
      onValueChange={(next) => void flow.take(next === OWN ? null : Number(next))}
      options={[
        ...found.map(({ task_name, title }, index) => ({
          value: String(index),
          label: task_name === null ? t('import.ofForm', { title }) : `${task_name}: ${title}`,
        })),
        { value: OWN, label: t('import.own') },
      ]}
    />
  )
}
const OWN = 'own'

function Preview({
  preview,
  choices,
  onRole,
}: {
  preview: FilePreview
  choices: ImportChoices
  onRole: (column: number, role: ColumnRole) => void
}) {
  const { t } = useTranslation('datasets')
  const { roles, kind } = choices
  const asks = kind === 'extractive-qa' || kind === 'multiple-choice' ? 'questionRoles' : 'roles'
  const mapped = isMapped(choices)
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
                    {mapped && (
                      <Select
                        label={t('import.role', { name: nameOf(column, index) })}
                        hideLabel
                        size="small"
                        value={roles[index] ?? 'ignore'}
                        onValueChange={(role) => onRole(index, role)}
                        options={COLUMN_ROLES[kind].map((role) => ({
                          value: role,
                          label: t(`import.${asks}.${role}`),
                        }))}
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
                    mapped && (roles[index] ?? 'ignore') === 'ignore' && styles.ignored,
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
