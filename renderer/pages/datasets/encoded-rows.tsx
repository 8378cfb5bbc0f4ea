// The first rows of a file and a model in, what the model reads of them out: pieces with ids and segments, and where the text is cut.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { EncodedText, TextLengths } from '../../../main/contract/datasets.ts'
import type { FilePreview, MethodInput } from '../../../main/contract/host.ts'
import { useFormat } from '../../i18n/format.ts'
import type { ImportFlow } from '../../stores/import-flow.ts'
import { hostErrorOf, LOADING, type Remote } from '../../stores/remote.ts'
import { useModels, useStores } from '../../stores/use-stores.ts'
import { classes } from '../../ui/classes.ts'
import { NumberField } from '../../ui/number-field.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Select } from '../../ui/select.tsx'
import { HostErrorBanner } from '../host-error.tsx'
import { RemoteView } from '../remote-view.tsx'
import styles from './datasets.module.css'
import { LengthHistogram } from './length-histogram.tsx'
import { textsOf } from './preview-texts.ts'

/** Rows whose pieces are shown. */
const ROWS = 5

export function EncodedRows({ flow, preview }: { flow: ImportFlow; preview: FilePreview }) {
  const { t } = useTranslation('datasets')
  const { choices } = useStore(flow)
  const models = useModels()
  const [model_id, setModel] = useState('')
  const [length, setLength] = useState<number | null>(128)
  const all = models.status === 'ready' ? models.value : []
  const model = all.find(({ id }) => id === model_id) ?? all[0]
  const max_seq_length = length !== null && length >= 8 && length <= 512 ? Math.round(length) : null
  const texts = textsOf(preview, choices).slice(0, ROWS)
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
      {max_seq_length !== null && model !== undefined && (
        <WholeFile flow={flow} model_id={model.id} limit={max_seq_length} />
      )}
      {max_seq_length !== null && (
        <RemoteView of={encoded} lines={6}>
          {(rows) => (
            <>
              <ol className={styles.encodedRows}>
                {rows.map((row, index) => (
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

type Measured = { flow: ImportFlow; model_id: string; limit: number }

/** The lengths of all texts of the training file; counted anew when anything that they depend on changes. */
function WholeFile(measured: Measured) {
  const { choices } = useStore(measured.flow)
  const { files, roles, format, header, kind, layout, task_name } = choices
  const key = [measured.model_id, files.train?.file_id, roles, format, header, kind, layout, task_name]
  return <Counted key={JSON.stringify(key)} {...measured} />
}

function Counted({ flow, model_id, limit }: Measured) {
  const { t } = useTranslation('datasets')
  const { percent } = useFormat()
  const { kind } = useStore(flow).choices
  const [lengths, setLengths] = useState<Remote<TextLengths | null>>(LOADING)
  const [share, setShare] = useState(0)
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    flow.lengths(model_id, signal, setShare).then(
      (value) => signal.aborted || setLengths({ status: 'ready', value }),
      (thrown: unknown) => signal.aborted || setLengths({ status: 'failed', error: hostErrorOf(thrown) }),
    )
    return () => controller.abort()
  }, [flow, model_id])
  if (lengths.status === 'failed') return <HostErrorBanner error={lengths.error} />
  if (lengths.status === 'loading') {
    const words = t('import.lengths.counting', { share: percent(share, 0) })
    return (
      <div className={styles.histogram}>
        <p className={styles.hint} role="status">
          {words}
        </p>
        <Progress label={t('import.lengths.progress')} value={share === 0 ? null : share} size="small" />
      </div>
    )
  }
  if (lengths.value === null) return <p className={styles.hint}>{t('import.lengths.later')}</p>
  return <LengthHistogram lengths={lengths.value} limit={limit} kind={kind} />
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
