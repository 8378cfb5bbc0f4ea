// A checkpoint's variables in, a table of them out; one at a time shows how its values are spread.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Histogram, VariableFacts } from '../../../engine/spec/model-report.ts'
import { useFormat } from '../../i18n/format.ts'
import { hostErrorOf, LOADING, type Remote } from '../../stores/remote.ts'
import { useStores } from '../../stores/use-stores.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { classes } from '../../ui/classes.ts'
import { cell, Table } from '../../ui/table.tsx'
import { RemoteView } from '../remote-view.tsx'
import styles from './models.module.css'

export function VariablesCard({
  model_id,
  variables,
}: {
  model_id: string
  variables: readonly VariableFacts[]
}) {
  const { t } = useTranslation('models')
  const { number } = useFormat()
  const { models } = useStores()
  const [shown, setShown] = useState<{ name: string; histogram: Remote<Histogram> } | null>(null)

  const show = async (name: string) => {
    setShown({ name, histogram: LOADING })
    const histogram = await models.histogram(model_id, name).then(
      (value): Remote<Histogram> => ({ status: 'ready', value }),
      (thrown: unknown): Remote<Histogram> => ({ status: 'failed', error: hostErrorOf(thrown) }),
    )
    setShown((before) => (before?.name === name ? { name, histogram } : before))
  }

  return (
    <Card title={t('variables.title')} description={t('variables.count', { count: variables.length })} flush>
      <Table
        label={t('variables.title')}
        dense
        maxHeight="24rem"
        head={
          <tr>
            <th scope="col">{t('variables.name')}</th>
            <th scope="col">{t('variables.shape')}</th>
            <th scope="col">{t('variables.dtype')}</th>
            <th scope="col" className={cell.numeric}>
              {t('variables.norm')}
            </th>
            <th scope="col" />
          </tr>
        }
      >
        {variables.map(({ name, shape, dtype, l2_norm }) => (
          <tr key={name}>
            <td className={cell.mono}>{name}</td>
            <td className={classes(cell.mono, styles.shape)}>{shape.join(' × ')}</td>
            <td className={cell.mono}>{dtype}</td>
            <td className={cell.numeric}>{number(l2_norm)}</td>
            <td className={cell.actions}>
              <Button
                size="small"
                variant="quiet"
                aria-label={t('variables.spreadOf', { name })}
                onClick={() => void show(name)}
              >
                {t('variables.spread')}
              </Button>
            </td>
          </tr>
        ))}
      </Table>
      {shown !== null && (
        <figure className={styles.histogram} aria-label={t('variables.spreadOf', { name: shown.name })}>
          <figcaption className={cell.mono}>{shown.name}</figcaption>
          <RemoteView of={shown.histogram} lines={2}>
            {(histogram) => <Bars histogram={histogram} />}
          </RemoteView>
        </figure>
      )}
    </Card>
  )
}

function Bars({ histogram: { counts, least, most, mean, stddev } }: { histogram: Histogram }) {
  const { t } = useTranslation('models')
  const { number } = useFormat()
  const highest = Math.max(1, ...counts)
  const words = t('variables.summary', {
    least: number(least),
    most: number(most),
    mean: number(mean),
    stddev: number(stddev),
  })
  return (
    <>
      <svg viewBox={`0 0 ${counts.length} 100`} preserveAspectRatio="none" role="img" aria-label={words}>
        {counts.map((count, at) => {
          const height = (100 * count) / highest
          return <rect key={at} x={at + 0.05} width={0.9} y={100 - height} height={height} />
        })}
      </svg>
      <p className={styles.note}>{words}</p>
    </>
  )
}
