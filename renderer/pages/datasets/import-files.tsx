// The dropped files and what each is for; more can be added, any can be left out.
import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { SplitName } from '../../../engine/spec/task-spec.ts'
import type { ImportFlow } from '../../stores/import-flow.ts'
import { FileDrop } from '../../ui/file-drop.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Select } from '../../ui/select.tsx'
import styles from './datasets.module.css'
import { FILE_EXTENSIONS } from './file-extensions.ts'

export function ImportFiles({ flow }: { flow: ImportFlow }) {
  const { t } = useTranslation('datasets')
  const { t: common } = useTranslation('common')
  const { files } = useStore(flow).choices
  const given = SplitName.options.flatMap((split) => {
    const file = files[split]
    return file === null ? [] : [{ split, file }]
  })
  return (
    <div className={styles.group}>
      <h3 className={styles.groupTitle}>{t('import.files')}</h3>
      <ul className={styles.labels}>
        {given.map(({ split, file }) => (
          <li key={file.file_id} className={styles.file}>
            <span className={styles.fileName} title={file.name}>
              {file.name}
            </span>
            <span className={styles.fileSplit}>
              <Select
                label={t('import.assign', { name: file.name })}
                hideLabel
                size="small"
                value={split}
                onValueChange={(next) => void flow.assign(next, file)}
                options={SplitName.options.map((one) => ({ value: one, label: common(`split.${one}`) }))}
              />
            </span>
            <IconButton
              label={t('import.remove', { name: file.name })}
              icon={<X aria-hidden />}
              size="small"
              onClick={() => void flow.assign(split, null)}
            />
          </li>
        ))}
      </ul>
      {given.length < SplitName.options.length && (
        <FileDrop
          label={t('import.addFile')}
          extensions={FILE_EXTENSIONS}
          compact
          onFiles={(added) => void flow.addFiles(added)}
        />
      )}
      {files.dev === null && <p className={styles.hint}>{t('import.dev')}</p>}
    </div>
  )
}
