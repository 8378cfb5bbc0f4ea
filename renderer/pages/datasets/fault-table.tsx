// The faulty rows: where each is, what stands there, and what is wrong with it.
import { useTranslation } from 'react-i18next'
import type { DatasetFault } from '../../../main/contract/host.ts'
import { useFormat } from '../../i18n/format.ts'
import { cell, Table } from '../../ui/table.tsx'
import { useFaultWords } from '../fault-words.ts'
import styles from './datasets.module.css'

export function FaultTable({ faults, count }: { faults: readonly DatasetFault[]; count: number }) {
  const { t } = useTranslation('datasets')
  const { integer } = useFormat()
  return (
    <section>
      <div className={styles.previewFrame}>
        <Table
          label={t('import.faultList')}
          dense
          head={
            <tr>
              <th scope="col">{t('import.file')}</th>
              <th scope="col" className={cell.numeric}>
                {t('import.faultLine')}
              </th>
              <th scope="col">{t('import.faultColumn')}</th>
              <th scope="col">{t('import.value')}</th>
              <th scope="col">{t('import.fault')}</th>
            </tr>
          }
        >
          {faults.map((fault, index) => (
            <tr key={index}>
              <td className={styles.faultFile}>{fault.file}</td>
              <td className={cell.numeric}>{fault.line ?? '–'}</td>
              <td>{fault.column ?? '–'}</td>
              <td
                className={`${cell.clip} ${cell.mono} ${styles.faultValue}`}
                title={fault.value ?? undefined}
              >
                {fault.value === '' ? (
                  <span className={cell.faint}>{t('import.empty')}</span>
                ) : (
                  (fault.value ?? '–')
                )}
              </td>
              <td className={styles.faultWords}>
                <FaultWords fault={fault} />
              </td>
            </tr>
          ))}
        </Table>
      </div>
      {count > faults.length && (
        <p className={styles.hint}>
          {t('import.faultsShown', { shown: integer(faults.length), count: integer(count) })}
        </p>
      )}
    </section>
  )
}

/** The kind of fault, and the sentence that says what next, in the window's language. */
function FaultWords({ fault }: { fault: DatasetFault }) {
  const words = useFaultWords()
  const title = words.title(fault.code)
  return (
    <>
      {title !== null && (
        <span className={fault.severity === 'warning' ? styles.faultWarning : styles.faultError}>
          {title}{' '}
        </span>
      )}
      <span className={cell.faint}>{words.sentence(fault)}</span>
    </>
  )
}
