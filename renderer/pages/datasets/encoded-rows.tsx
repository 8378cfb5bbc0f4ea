// The first rows of a file and a model in, what the model reads of them out: pieces with ids and segments, and where the text is cut.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EncodedText } from '../../../main/contract/datasets.ts'
import type { FilePreview, MethodInput } from '../../../main/contract/host.ts'
import type { ImportChoices } from '../../stores/import-draft.ts'
import { hostErrorOf, LOADING, type Remote } from '../../stores/remote.ts'
import { useModels, useStores } from '../../stores/use-stores.ts'
import { classes } from '../../ui/classes.ts'
import { NumberField } from '../../ui/number-field.tsx'
import { Select } from '../../ui/select.tsx'
import { RemoteView } from '../remote-view.tsx'
import styles from './datasets.module.css'
import { LengthHistogram } from './length-histogram.tsx'
import { textsOf } from './preview-texts.ts'

/** Rows whose pieces are shown; the lengths are those of all rows of the preview. */
const ROWS = 5

export function EncodedRows({ preview, choices }: { preview: FilePreview; choices: ImportChoices }) {
  const { t } = useTranslation('datasets')
  const models = useModels()
  const [model_id, setModel] = useState('')
  const [length, setLength] = useState<number | null>(128)
  const all = models.status === 'ready' ? models.value : []
  const model = all.find(({ id }) => id === model_id) ?? all[0]
  const max_seq_length = length !== null && length >= 8 && length <= 512 ? Math.round(length) : null
  const texts = textsOf(preview, choices)
  const encoded = useEncoded(
    model === undefined || max_seq_length === null || texts.length === 0
      ? null
      : { model_id: model.id, texts, max_seq_length, do_lower_case: true },
  )
  if (texts.length === 0) return <p className={styles.hint}>{t('import.encoded.nothing')}</p>
  return (
    <div className={styles.encoded}>
      <div className={styles.pairOfFields}>
        <Select
          label={t('import.encoded.model')}
          size="small"
          value={model?.id ?? ''}
          onValueChange={setModel}
          options={all.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <NumberField
          label={t('import.encoded.length')}
          value={length}
          minimum={8}
          maximum={512}
          onValueChange={setLength}
        />
      </div>
      {max_seq_length !== null && (
        <RemoteView of={encoded} lines={6}>
          {(rows) => (
            <>
              <LengthHistogram lengths={rows.map((row) => row.whole_length)} limit={max_seq_length} />
              <ol className={styles.encodedRows}>
                {rows.slice(0, ROWS).map((row, index) => (
                  <EncodedRow key={index} row={row} />
                ))}
              </ol>
            </>
          )}
        </RemoteView>
      )}
    </div>
  )
}

function EncodedRow({ row }: { row: EncodedText }) {
  const { t } = useTranslation('datasets')
  const cut = row.whole_length - row.pieces.length
  return (
    <li>
      <p className={styles.hint}>
        {t('import.encoded.pieces', { count: row.whole_length })}
        {cut > 0 && <strong className={styles.faultError}> {t('import.encoded.cut', { count: cut })}</strong>}
      </p>
      <p className={styles.pieces}>
        {row.pieces.map((piece, index) => (
          <span
            key={index}
            className={classes(styles.piece, row.segment_ids[index] === 1 && styles.second)}
            title={t('import.encoded.piece', { id: row.input_ids[index], segment: row.segment_ids[index] })}
          >
            {piece}
            <small>{row.input_ids[index]}</small>
          </span>
        ))}
        {cut > 0 && (
          <span className={styles.cutMark} aria-hidden>
            ✂
          </span>
        )}
      </p>
    </li>
  )
}

/** Asks the host anew whenever the wish changes; an answer that comes too late is dropped. */
function useEncoded(wish: MethodInput<'datasets.encode'> | null): Remote<readonly EncodedText[]> {
  const { datasets } = useStores()
  const [encoded, setEncoded] = useState<Remote<readonly EncodedText[]>>(LOADING)
  const key = JSON.stringify(wish)
  useEffect(() => {
    if (wish === null) return
    let current = true
    datasets.encode(wish).then(
      (value) => current && setEncoded({ status: 'ready', value }),
      (thrown: unknown) => current && setEncoded({ status: 'failed', error: hostErrorOf(thrown) }),
    )
    return () => {
      current = false
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key is the wish
  }, [datasets, key])
  return encoded
}
