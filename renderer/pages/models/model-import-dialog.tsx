// The import of a model, as a dialog: drop an archive or a folder, watch it being unpacked and checked, or read why it was refused.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { ModelRecord } from '../../../main/contract/records.ts'
import { useFormat } from '../../i18n/format.ts'
import type { ModelImport, ModelImportState } from '../../stores/model-import.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import { Progress } from '../../ui/progress.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { HostErrorBanner } from '../host-error.tsx'
import styles from './models.module.css'

export function ModelImportDialog({
  flow,
  onClose,
  onImported,
}: {
  flow: ModelImport
  onClose: () => void
  onImported: (model: ModelRecord) => void
}) {
  const { t } = useTranslation('models')
  const { t: common } = useTranslation('common')
  const state = useStore(flow)
  const [name, setName] = useState('')

  useEffect(() => {
    if (state.stage === 'done') onImported(state.model)
    // eslint-disable-next-line react-hooks/exhaustive-deps -- said once, when it is there
  }, [state.stage])

  const close = () => {
    flow.cancel()
    onClose()
  }
  const running = state.stage === 'running'
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) close()
      }}
      holdsWork
      title={t('import.title')}
      description={t('import.description')}
      footer={<Button onClick={close}>{common(running ? 'cancel' : 'close')}</Button>}
    >
      <div className={styles.stack}>
        {running ? (
          <Running state={state} />
        ) : (
          <>
            {state.stage === 'failed' && <HostErrorBanner error={state.error} />}
            {state.stage === 'failed' && isGelu(state) && (
              <div className={styles.gelu}>
                <p>{t('import.geluExplained')}</p>
                <Button onClick={() => void flow.retry({ name, gelu: 'tanh' })}>
                  {t('import.geluAgain')}
                </Button>
              </div>
            )}
            <TextField
              label={t('import.name')}
              hint={t('import.nameHint')}
              value={name}
              onValueChange={setName}
              maxLength={100}
            />
            <FileDrop
              label={t('import.drop')}
              hint={t('import.hint')}
              folderLabel={t('import.folder')}
              onFiles={(files: readonly unknown[]) => void flow.start(files, { name, gelu: 'refuse' })}
            />
            <ul className={styles.forms}>
              {(['tarball', 'released', 'huggingFace', 'hub', 'savedModel'] as const).map((form) => (
                <li key={form}>{t(`import.forms.${form}`)}</li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Dialog>
  )
}

function Running({ state: { progress } }: { state: Extract<ModelImportState, { stage: 'running' }> }) {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  const words = t(`import.phases.${progress?.phase ?? 'adding'}`)
  const share = progress?.total ? progress.done / progress.total : null
  return (
    <div className={styles.running}>
      <p role="status">{words}</p>
      <Progress value={share} label={words} />
      {progress?.total != null && (
        <p className={styles.note}>
          {t('import.of', { done: bytes(progress.done), total: bytes(progress.total) })}
        </p>
      )}
    </div>
  )
}

/** The one refusal that a person who knows the weights may overrule. */
function isGelu({ error }: Extract<ModelImportState, { stage: 'failed' }>): boolean {
  return error.code === 'bad-file' && error.column === 'hidden_act' && error.message.includes('erf')
}
