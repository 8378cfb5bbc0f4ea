// The benchmarks that can be fetched: GLUE, XNLI, SQuAD and RACE, each with its terms, size and download.
import { FileInput } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Benchmark } from '../../../main/contract/catalogue.ts'
import type { FileRef } from '../../../main/contract/transport.ts'
import { useFormat } from '../../i18n/format.ts'
import { useBenchmarks, useDownload, useStores } from '../../stores/use-stores.ts'
import { StatusBadge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Address } from '../downloads/address.tsx'
import { StartButton } from '../downloads/start-button.tsx'
import { useReport } from '../host-error.tsx'
import { RemoteView } from '../remote-view.tsx'
import styles from './benchmarks.module.css'

/** @param onImport takes the folder of what was fetched, as a dropped one */
export function BenchmarkPanel({ onImport }: { onImport: (folder: FileRef) => void }) {
  const { t } = useTranslation('downloads')
  const benchmarks = useBenchmarks()
  return (
    <Card title={t('benchmarks.title')} description={t('benchmarks.description')}>
      <RemoteView of={benchmarks} lines={6}>
        {(all) => (
          <ul className={styles.list} aria-label={t('benchmarks.title')}>
            {all.map((benchmark) => (
              <Line key={benchmark.id} benchmark={benchmark} onImport={onImport} />
            ))}
          </ul>
        )}
      </RemoteView>
    </Card>
  )
}

function Line({
  benchmark: { id, name, group, files, licence, form, page },
  onImport,
}: {
  benchmark: Benchmark
  onImport: (folder: FileRef) => void
}) {
  const { t } = useTranslation('downloads')
  const { bytes } = useFormat()
  const { downloads } = useStores()
  const report = useReport()
  const download = useDownload({ kind: 'dataset', item_id: id })
  const known = files.every((file) => file.bytes !== null)
  const size = files.reduce((sum, file) => sum + (file.bytes ?? 0), 0)
  return (
    <li className={styles.line}>
      <div className={styles.words}>
        <p className={styles.name}>
          {name} {group !== name && <span className={styles.faint}>{group}</span>}
          {download?.status === 'done' && <StatusBadge tone="success">{t('benchmarks.here')}</StatusBadge>}
        </p>
        <p className={styles.faint}>
          {known ? bytes(size) : t('catalogue.asked')} ·{' '}
          {licence.name === null ? t('benchmarks.ownTerms') : licence.name}
        </p>
        {form !== null && <p className={styles.form}>{t('benchmarks.form')}</p>}
        <Address url={page} />
        {download?.result?.made === 'folder' && (
          <p className={styles.folder}>
            {t('benchmarks.lies')} <code>{download.result.folder}</code>
          </p>
        )}
      </div>
      <div className={styles.way}>
        {download?.status === 'done' && (
          <Button
            size="small"
            variant="primary"
            icon={<FileInput aria-hidden />}
            aria-label={t('named', { action: t('benchmarks.import'), name })}
            onClick={() => void downloads.open(download.id).then(onImport, report)}
          >
            {t('benchmarks.import')}
          </Button>
        )}
        <StartButton
          item={{ kind: 'dataset', item_id: id }}
          name={name}
          {...(download?.status === 'done'
            ? { label: t('benchmarks.again') }
            : form !== null && { label: t('benchmarks.accepted') })}
        />
      </div>
    </li>
  )
}
