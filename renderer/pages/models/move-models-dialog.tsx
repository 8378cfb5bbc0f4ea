// The models to another disk: the whole path of a folder there in, the move begun out; the host's refusal stays at the field.
import { FolderOpen } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HostError } from '../../../main/contract/errors.ts'
import { hostErrorOf } from '../../stores/remote.ts'
import { useHostInfo, useModelPlace, useStores } from '../../stores/use-stores.ts'
import { useFormat } from '../../i18n/format.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Progress } from '../../ui/progress.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { notify } from '../../ui/toast.tsx'
import { HostErrorBanner } from '../host-error.tsx'
import styles from './models.module.css'

/** It can be closed while the move goes on, which then shows on the page. */
export function MoveModelsDialog({ folder, onClose }: { folder: string; onClose: () => void }) {
  const { t } = useTranslation('models')
  const { t: common } = useTranslation('common')
  const { percent } = useFormat()
  const { models, connection } = useStores()
  const info = useHostInfo()
  const { moving } = useModelPlace()
  const [path, setPath] = useState('')
  const [error, setError] = useState<HostError | null>(null)
  const choose = async () => {
    try {
      const chosen = await connection.chooseFolder()
      if (chosen !== null) setPath(chosen)
    } catch (thrown) {
      setError(hostErrorOf(thrown))
    }
  }
  const move = async () => {
    if (path.trim() === '' || moving !== null) return
    setError(null)
    try {
      const place = await models.move({ path: path.trim() })
      notify.success(t('place.done', { folder: place.folder }))
      onClose()
    } catch (thrown) {
      setError(hostErrorOf(thrown))
    }
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      holdsWork
      title={t('place.dialogTitle')}
      description={t('place.dialogDescription')}
      footer={
        moving === null ? (
          <Button variant="primary" disabled={path.trim() === ''} onClick={() => void move()}>
            {t('place.move')}
          </Button>
        ) : (
          <Button onClick={() => void models.cancelMove()}>{common('cancel')}</Button>
        )
      }
    >
      <form
        className={styles.stack}
        onSubmit={(event) => {
          event.preventDefault()
          void move()
        }}
      >
        {error !== null && <HostErrorBanner error={error} />}
        <p className={styles.note}>{t('place.from', { folder })}</p>
        {moving === null ? (
          <>
            <TextField
              label={t('place.into')}
              hint={t('place.intoHint')}
              value={path}
              onValueChange={setPath}
              maxLength={4096}
            />
            {info.status === 'ready' && info.value.chooses_folders && (
              <div>
                <Button icon={<FolderOpen aria-hidden />} onClick={() => void choose()}>
                  {t('place.choose')}
                </Button>
              </div>
            )}
          </>
        ) : (
          <div className={styles.running}>
            <p role="status">
              {t('place.moving')} · {t('place.of', { share: percent(moving, 0) })}
            </p>
            <Progress value={moving} label={t('place.moving')} />
          </div>
        )}
        <p className={styles.note}>{t('place.runs')}</p>
      </form>
    </Dialog>
  )
}
