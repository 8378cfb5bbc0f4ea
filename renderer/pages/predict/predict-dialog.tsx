// A finished run, or a model and the dataset whose task it was trained for, in: a file is dropped, its columns are named, and a run answers it.
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { TaskSpec } from '../../../engine/spec/task-spec.ts'
import type { NewPrediction } from '../../../main/contract/predictions.ts'
import { navigate } from '../../layout/use-route.ts'
import { predictionGap, type Prediction } from '../../stores/prediction.ts'
import { useStores } from '../../stores/use-stores.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import { Switch } from '../../ui/switch.tsx'
import { TABLE_EXTENSIONS } from '../datasets/file-extensions.ts'
import { PreviewTable } from '../datasets/preview-table.tsx'
import { HostErrorBanner } from '../host-error.tsx'
import { RemoteView } from '../remote-view.tsx'
import styles from './predict.module.css'

export function PredictDialog({
  name,
  task,
  from,
  children,
  onClose,
}: {
  name: string
  task: TaskSpec
  from: NewPrediction['from']
  /** What else is to be chosen first. */
  children?: ReactNode
  onClose: () => void
}) {
  const { t } = useTranslation('predict')
  const stores = useStores()
  const [flow] = useState(() => stores.startPrediction())
  const { file, preview, roles, error, sending } = useStore(flow)
  const gap = preview?.status === 'ready' ? predictionGap(preview.value, roles, task) : null
  const isReady = preview?.status === 'ready' && gap === null
  const predict = async () => {
    const job = await flow.run(from)
    if (job === null) return
    onClose()
    navigate({ page: 'run', job_id: job.id })
  }
  return (
    <Dialog
      open
      size="large"
      holdsWork
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={t('title', { name })}
      description={t(`description.${task.kind}`)}
      footer={
        <>
          <p className={styles.gap} role="status">
            {gap !== null && t(`gap.${gap}`)}
          </p>
          <Button variant="primary" disabled={!isReady} busy={sending} onClick={() => void predict()}>
            {t('run')}
          </Button>
        </>
      }
    >
      <div className={styles.stack}>
        {error !== null && <HostErrorBanner error={error} />}
        {children}
        <FileDrop
          label={file === null ? t('drop') : t('dropOther', { name: file.name })}
          extensions={TABLE_EXTENSIONS}
          multiple={false}
          compact={file !== null}
          {...(task.kind === 'multiple-choice' && { folderLabel: t('folder') })}
          onFiles={([given]) => void flow.add(given, task)}
        />
        {preview !== null && <Columns flow={flow} task={task} />}
      </div>
    </Dialog>
  )
}

function Columns({ flow, task }: { flow: Prediction; task: TaskSpec }) {
  const { t } = useTranslation(['predict', 'datasets'])
  const { preview, roles, skip_faulty_rows } = useStore(flow)
  // Another task has other columns.
  useEffect(() => {
    const { preview: seen } = flow.getState()
    if (seen?.status === 'ready') void flow.setHeader(seen.value.header, task)
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only when the task changes
  }, [task])
  if (preview === null) return null
  return (
    <RemoteView of={preview} lines={6}>
      {(seen) => (
        <>
          {seen.layout === 'table' && (
            <div className={styles.switches}>
              {seen.format.json_lines !== true && (
                <Checkbox
                  label={t('datasets:import.header')}
                  checked={seen.header}
                  onCheckedChange={(header) => void flow.setHeader(header, task)}
                />
              )}
              <Switch
                label={t('skip')}
                hint={t('skipHint')}
                checked={skip_faulty_rows}
                onCheckedChange={(skip) => flow.skipFaultyRows(skip)}
              />
            </div>
          )}
          <PreviewTable
            preview={seen}
            roles={seen.layout === 'table' ? roles : null}
            kind={task.kind}
            without={['label', 'answer_start']}
            onRole={(column, role) => flow.setRole(column, role)}
          />
        </>
      )}
    </RemoteView>
  )
}
