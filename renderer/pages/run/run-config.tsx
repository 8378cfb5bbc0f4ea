// A job in, everything it was made of out, frozen as it was when it was queued.
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import { fieldsOf } from '../../../engine/spec/fields.ts'
import { Hyperparameters } from '../../../engine/spec/hyperparameters.ts'
import { Runtime } from '../../../engine/spec/runtime.ts'
import type { JobRecord } from '../../../main/contract/records.ts'
import type { SpecValue } from '../../forms/spec-values.ts'
import { useSpecWords } from '../../forms/spec-words.ts'
import { useMetricName } from '../../i18n/use-metric-name.ts'
import { classes } from '../../ui/classes.ts'
import { cell, Table } from '../../ui/table.tsx'
import styles from './run.module.css'

export function RunConfig({ job }: { job: JobRecord }) {
  const { t } = useTranslation('run')
  const metricName = useMetricName()
  const facts: [string, string][] = [
    [t('config.dataset'), job.dataset_name],
    [t('config.version'), job.dataset_version],
    [t('config.task'), job.task.title],
    ...(job.task.labels === null
      ? []
      : [[t('config.labels'), job.task.labels.join(', ')] as [string, string]]),
    [t('config.bestBy'), metricName(job.task.best_by)],
    [t('config.modelName'), job.model_name],
    [t('config.origin'), t(`config.origins.${job.origin}`)],
  ]
  const model = Object.entries(job.albert_config)
  return (
    <div className={styles.config}>
      <Table
        label={t('tabs.config')}
        dense
        head={
          <tr>
            <th scope="col">{t('config.field')}</th>
            <th scope="col">{t('config.value')}</th>
            <th scope="col">{t('config.default')}</th>
          </tr>
        }
      >
        <SpecRows schema={Hyperparameters} values={job.hyperparameters} />
        <SpecRows schema={Runtime} values={job.runtime} />
      </Table>
      <Facts title={t('config.data')} facts={facts} />
      <Facts title={t('config.model')} facts={model.map(([name, value]) => [name, String(value)])} mono />
    </div>
  )
}

/** One row for each field; what is not the default stands out. */
function SpecRows({ schema, values }: { schema: z.ZodObject; values: Readonly<Record<string, SpecValue>> }) {
  const words = useSpecWords()
  return fieldsOf(schema).map((field) => {
    const value = values[field.name] ?? field.default
    const isDefault = value === field.default
    return (
      <tr key={field.name}>
        <th scope="row" className={styles.rowHead}>
          {words.title(field)} <code>{field.name}</code>
        </th>
        <td className={classes(cell.mono, !isDefault && styles.differs)}>{words.value(field, value)}</td>
        <td className={classes(cell.mono, cell.faint)}>{words.value(field, field.default)}</td>
      </tr>
    )
  })
}

function Facts({ title, facts, mono = false }: { title: string; facts: [string, string][]; mono?: boolean }) {
  return (
    <section>
      <h3 className={styles.factsTitle}>{title}</h3>
      <dl className={classes(styles.factList, mono && styles.mono)}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
