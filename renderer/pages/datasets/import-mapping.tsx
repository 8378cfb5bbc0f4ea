// The first stage of an import: the files and how they are written at the left, their first rows with a role for every column at the right.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { TaskKind } from '../../../engine/spec/task-spec.ts'
import { isMapped } from '../../stores/import-draft.ts'
import type { ImportFlow } from '../../stores/import-flow.ts'
import { Button } from '../../ui/button.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Select } from '../../ui/select.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { RemoteView } from '../remote-view.tsx'
import styles from './datasets.module.css'
import { EncodedRows } from './encoded-rows.tsx'
import { FormatControls } from './format-controls.tsx'
import { ImportFiles } from './import-files.tsx'
import { PreviewTable } from './preview-table.tsx'

export function ImportMapping({ flow }: { flow: ImportFlow }) {
  const { t } = useTranslation('datasets')
  const { t: common } = useTranslation('common')
  const { choices, preview, adding, progress } = useStore(flow)
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
          <div className={styles.unpacking}>
            <p className={styles.caption} role="status">
              {t('import.adding', { names: adding.join(', ') })}
            </p>
            {progress !== null && (
              <>
                <Progress label={t('import.unpacking')} value={progress} />
                <Button size="small" onClick={() => void flow.cancel()}>
                  {t('import.cancel')}
                </Button>
              </>
            )}
          </div>
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
                      <PreviewTable
                        preview={value}
                        roles={isMapped(choices) ? choices.roles : null}
                        kind={choices.kind}
                        onRole={(column, role) => flow.setRole(column, role)}
                      />
                    ),
                  },
                  {
                    value: 'encoded',
                    label: t('import.asPieces'),
                    content: <EncodedRows flow={flow} preview={value} />,
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
