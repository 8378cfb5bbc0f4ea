// One released model in; its card out: its shape, sizes, licence, published scores, notes, and the download.
import { TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { CatalogueModel } from '../../../main/contract/catalogue.ts'
import type { PublishedResults } from '../../../main/contract/records.ts'
import { useFormat } from '../../i18n/format.ts'
import { readyOr } from '../../stores/remote.ts'
import { useDownload, useModels } from '../../stores/use-stores.ts'
import { StatusBadge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { Address } from '../downloads/address.tsx'
import { StartButton } from '../downloads/start-button.tsx'
import styles from './catalogue.module.css'
import { PublishedScores } from './published-scores.tsx'

export function CatalogueCard({
  model,
  published,
}: {
  model: CatalogueModel
  published: PublishedResults | null
}) {
  const { t } = useTranslation('downloads')
  const here = readyOr(useModels(), [])
  const ids = [model.id, ...model.hub.map(({ id }) => id)]
  const isHere = here.some(({ catalogue_id }) => catalogue_id !== null && ids.includes(catalogue_id))
  return (
    <article className={styles.card} aria-label={model.name}>
      <Card
        title={model.name}
        actions={isHere ? <StatusBadge tone="success">{t('catalogue.here')}</StatusBadge> : undefined}
      >
        <Facts model={model} />
        <PublishedScores model={model} published={published} />
        {model.notes.map((note) => (
          <p key={note} className={styles.warning}>
            <TriangleAlert size={14} aria-hidden />
            {t(`catalogue.notes.${note}`)}
          </p>
        ))}
        <div className={styles.ways}>
          <StartButton item={{ kind: 'model', item_id: model.id }} name={model.name} />
        </div>
        <HubModules model={model} />
        <details className={styles.more}>
          <summary>{t('catalogue.source')}</summary>
          <Address url={model.file.url} />
          <p className={styles.note}>
            {t('catalogue.licence', { licence: model.licence.name ?? '' })}{' '}
            <Address url={model.licence.url} />
          </p>
        </details>
      </Card>
    </article>
  )
}

function Facts({ model }: { model: CatalogueModel }) {
  const { t } = useTranslation('downloads')
  const { compact, integer, number, bytes } = useFormat()
  const download = useDownload({ kind: 'model', item_id: model.id })
  const packed = model.file.bytes ?? download?.files[0]?.bytes_total ?? null
  const { albert_config: config } = model
  const dropouts = [config.hidden_dropout_prob, config.attention_probs_dropout_prob]
  const facts: [string, string][] = [
    [t('catalogue.facts.parameters'), compact(model.parameters)],
    [t('catalogue.facts.layers'), integer(config.num_hidden_layers)],
    [t('catalogue.facts.heads'), integer(config.num_attention_heads)],
    [t('catalogue.facts.hidden'), integer(config.hidden_size)],
    [t('catalogue.facts.activation'), config.hidden_act ?? 'linear'],
    [t('catalogue.facts.dropout'), [...new Set(dropouts)].map(number).join(' / ')],
    [t('catalogue.facts.packed'), packed === null ? t('catalogue.asked') : bytes(packed)],
    [t('catalogue.facts.unpacked'), t('catalogue.roughly', { size: bytes(model.unpacked_bytes) })],
  ]
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** The same weights as modules of TF-Hub; what is wrong with one is said before it is fetched. */
function HubModules({ model: { hub, name } }: { model: CatalogueModel }) {
  const { t } = useTranslation('downloads')
  if (hub.length === 0) return null
  return (
    <details className={styles.more}>
      <summary>{t('catalogue.hub')}</summary>
      <ul className={styles.modules}>
        {hub.map((module) => (
          <li key={module.id}>
            <span className={styles.handle}>
              <Address url={module.handle} />
            </span>
            <StartButton
              item={{ kind: 'model', item_id: module.id }}
              name={`${name}, TF-Hub ${module.version}`}
            />
            {module.notes.map((note) => (
              <p key={note} className={styles.warning}>
                <TriangleAlert size={14} aria-hidden />
                {t(`catalogue.notes.${note}`)}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </details>
  )
}
