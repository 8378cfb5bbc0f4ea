// One model: what it is, what was found when it came in, its variables, its vocabulary at work, its files, and where it was used.
import { ArrowLeft, SquarePen } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelDetail } from '../../../main/contract/models.ts'
import type { ModelRecord } from '../../../main/contract/records.ts'
import { useFormat } from '../../i18n/format.ts'
import { Link } from '../../layout/link.tsx'
import { navigate } from '../../layout/use-route.ts'
import { hostErrorOf, LOADING, readyOr, type Remote } from '../../stores/remote.ts'
import { useCatalogueModels, useModels, useStores } from '../../stores/use-stores.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorBanner } from '../../ui/error-banner.tsx'
import { Page, PageHeader } from '../../ui/page-header.tsx'
import { PredictWithModel } from '../predict/predict-with-model.tsx'
import { RemoteView } from '../remote-view.tsx'
import { DeleteModel } from './delete-model.tsx'
import styles from './models.module.css'
import { WeightsBadge } from './on-this-machine.tsx'
import { ProbeCard } from './probe-card.tsx'
import { RenameModel } from './rename-model.tsx'
import { TokenizerCard } from './tokenizer-card.tsx'
import { VariablesCard } from './variables-card.tsx'

export function ModelPage({ model_id }: { model_id: string }) {
  const { t } = useTranslation('models')
  const models = useModels()
  return (
    <Page>
      <RemoteView of={models}>
        {(all) => {
          const model = all.find(({ id }) => id === model_id)
          return model === undefined ? (
            <EmptyState
              icon={<ArrowLeft />}
              title={t('page.missing')}
              action={<Link to={{ page: 'models' }}>{t('page.back')}</Link>}
            />
          ) : (
            <Model model={model} />
          )
        }}
      </RemoteView>
    </Page>
  )
}

function Model({ model }: { model: ModelRecord }) {
  const { t } = useTranslation('models')
  const detail = useDetail(model.id)
  return (
    <>
      <PageHeader
        back={<Link to={{ page: 'models' }}>← {t('page.back')}</Link>}
        title={model.name}
        description={t(`page.origin.${model.origin}`)}
        status={<WeightsBadge model={model} />}
        actions={
          <>
            {detail.status === 'ready' && <PredictWithModel detail={detail.value} />}
            {model.origin !== 'built-in' && (
              <>
                <DeleteModel model={model} />
                <RenameModel model={model} />
              </>
            )}
            <Button
              variant="primary"
              icon={<SquarePen aria-hidden />}
              disabled={!model.available}
              onClick={() => navigate({ page: 'new-run', model_id: model.id })}
            >
              {t('page.startRun')}
            </Button>
          </>
        }
      />
      {!model.available && (
        <ErrorBanner tone="warning" title={t('page.gone')}>
          {t('page.goneDetail')}
        </ErrorBanner>
      )}
      <Card title={t('page.config')}>
        <Facts model={model} />
      </Card>
      <RemoteView of={detail}>
        {({ report, files, folder, used_by }) => (
          <>
            {report !== null && <ProbeCard report={report} />}
            <TokenizerCard model={model} />
            {report !== null && <VariablesCard model_id={model.id} variables={report.variables} />}
            {folder !== null && <FilesCard files={files} folder={folder} model={model} />}
            <UsedBy used_by={used_by} />
          </>
        )}
      </RemoteView>
    </>
  )
}

function useDetail(model_id: string): Remote<ModelDetail> {
  const { models } = useStores()
  const [detail, setDetail] = useState<Remote<ModelDetail>>(LOADING)
  useEffect(() => {
    let wanted = true
    models.detail(model_id).then(
      (value) => wanted && setDetail({ status: 'ready', value }),
      (thrown: unknown) => wanted && setDetail({ status: 'failed', error: hostErrorOf(thrown) }),
    )
    return () => {
      wanted = false
    }
  }, [models, model_id])
  return detail
}

function Facts({ model }: { model: ModelRecord }) {
  const { t } = useTranslation('models')
  const { integer, number } = useFormat()
  const { albert_config: config, parameters, tokenizer } = model
  const facts: [string, string][] = [
    [t('facts.parameters'), integer(parameters)],
    [t('facts.layers'), integer(config.num_hidden_layers)],
    [t('facts.heads'), integer(config.num_attention_heads)],
    [t('facts.hidden'), integer(config.hidden_size)],
    [t('facts.intermediate'), integer(config.intermediate_size)],
    [t('facts.embedding'), integer(config.embedding_size)],
    [t('facts.vocabulary'), `${integer(config.vocab_size)} · ${t(`facts.${tokenizer}`)}`],
    [t('facts.positions'), integer(config.max_position_embeddings)],
    [t('facts.activation'), config.hidden_act ?? 'linear'],
    [
      t('facts.dropout'),
      `${number(config.hidden_dropout_prob)} / ${number(config.attention_probs_dropout_prob)}`,
    ],
  ]
  return (
    <dl className={styles.facts}>
      {facts.map(([title, value]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function FilesCard({
  files,
  folder,
  model,
}: {
  files: ModelDetail['files']
  folder: string
  model: ModelRecord
}) {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  const catalogue = readyOr(useCatalogueModels(), [])
  const line = catalogue.find(({ id, hub }) =>
    [id, ...hub.map((module) => module.id)].includes(model.catalogue_id ?? ''),
  )
  return (
    <Card title={t('page.files')} description={folder}>
      <ul className={styles.files}>
        {files.map(({ name, bytes: size }) => (
          <li key={name}>
            <span>{name}</span>
            <span>{bytes(size)}</span>
          </li>
        ))}
      </ul>
      <p className={styles.note}>
        {line === undefined ? t('page.licenceUnknown') : t('page.licence', { licence: line.licence.name })}
      </p>
    </Card>
  )
}

function UsedBy({ used_by }: { used_by: ModelDetail['used_by'] }) {
  const { t } = useTranslation('models')
  const { t: common } = useTranslation('common')
  return (
    <Card title={t('page.usedBy')}>
      {used_by.length === 0 ? (
        <p className={styles.note}>{t('page.unused')}</p>
      ) : (
        <ul className={styles.files}>
          {used_by.map(({ job_id, name, status }) => (
            <li key={job_id}>
              <Link to={{ page: 'run', job_id }}>{name}</Link>
              <span>{common(`status.${status}`)}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
