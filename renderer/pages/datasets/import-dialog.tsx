// The import of files into a dataset, as a dialog of two stages: say what the columns are, then look at what the check found.
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { DatasetRecord } from '../../../main/contract/records.ts'
import { hasErrors, importGaps, isDevShare } from '../../stores/import-draft.ts'
import type { ImportFlow } from '../../stores/import-flow.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { HostErrorBanner } from '../host-error.tsx'
import styles from './datasets.module.css'
import { ImportCheck } from './import-check.tsx'
import { ImportMapping } from './import-mapping.tsx'

export function ImportDialog({
  flow,
  onClose,
  onImported,
}: {
  flow: ImportFlow
  onClose: () => void
  onImported: (dataset: DatasetRecord) => void
}) {
  const { t } = useTranslation('datasets')
  const { stage, error, imported, choices } = useStore(flow)

  useEffect(() => {
    if (imported !== null) onImported(imported)
    // eslint-disable-next-line react-hooks/exhaustive-deps -- said once, when it is there
  }, [imported])

  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      size="large"
      holdsWork
      title={choices.name === '' ? t('import.title') : t('import.titleNamed', { name: choices.name })}
      footer={stage === 'map' ? <MappingFooter flow={flow} /> : <CheckFooter flow={flow} />}
    >
      <div className={styles.main} style={{ height: '100%' }}>
        <ol className={styles.stages}>
          {(['map', 'check'] as const).map((one, index) => (
            <li key={one} aria-current={one === stage ? 'step' : undefined}>
              {index + 1}. {t(`import.stages.${one}`)}
            </li>
          ))}
        </ol>
        {error !== null && <HostErrorBanner error={error} />}
        {stage === 'map' ? <ImportMapping flow={flow} /> : <ImportCheck flow={flow} />}
      </div>
    </Dialog>
  )
}

/** Says what is missing before the rows can be checked. */
function MappingFooter({ flow }: { flow: ImportFlow }) {
  const { t } = useTranslation('datasets')
  const { choices, preview } = useStore(flow)
  const gap = importGaps(choices)[0]
  return (
    <>
      <p className={styles.gap} role="status">
        {gap !== undefined && preview?.status !== 'loading' && t(`import.gaps.${gap}`)}
      </p>
      <Button
        variant="primary"
        disabled={gap !== undefined || preview?.status !== 'ready'}
        onClick={() => void flow.check()}
      >
        {t('import.check')}
      </Button>
    </>
  )
}

function CheckFooter({ flow }: { flow: ImportFlow }) {
  const { t } = useTranslation('datasets')
  const { check, choices, importing } = useStore(flow)
  const found = check?.status === 'ready' ? check.value : null
  const blocked =
    found === null ||
    !isDevShare(choices.dev_share) ||
    (hasErrors(found, choices.skip_faults) && !choices.skip_faulty_rows)
  return (
    <>
      <Button onClick={() => flow.backToMapping()} disabled={importing}>
        {t('import.back')}
      </Button>
      <Button variant="primary" disabled={blocked} busy={importing} onClick={() => void flow.run()}>
        {t('import.run')}
      </Button>
    </>
  )
}
