// What there is to choose from and what to begin with in, the whole form of a run out; it queues the run.
import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  Hyperparameters,
  HYPERPARAMETER_GROUPS,
  hyperparameterViolations,
} from '../../../engine/spec/hyperparameters.ts'
import type { Fitting } from '../../../engine/spec/run-plan.ts'
import { Runtime } from '../../../engine/spec/runtime.ts'
import type { HostError } from '../../../main/contract/errors.ts'
import type { Preset } from '../../../main/contract/host.ts'
import type { DatasetRecord, JobRecord, ModelRecord } from '../../../main/contract/records.ts'
import { SpecForm } from '../../forms/spec-form.tsx'
import { useSpecForm } from '../../forms/use-spec-form.ts'
import { useFormat } from '../../i18n/format.ts'
import { navigate } from '../../layout/use-route.ts'
import { hostErrorOf } from '../../stores/remote.ts'
import { useStores } from '../../stores/use-stores.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ErrorBanner } from '../../ui/error-banner.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { notify } from '../../ui/toast.tsx'
import { HostErrorBanner } from '../host-error.tsx'
import styles from './new-run.module.css'
import { fitted, fittedOwn, nearestRecipe, recipeOf, recipesFor, type Recipe } from './presets.ts'
import { PlanView } from './plan-view.tsx'
import { RunSummary } from './run-summary.tsx'
import { useKindForm } from './use-kind-form.ts'
import { usePlan } from './use-plan.ts'

type Props = {
  datasets: readonly DatasetRecord[]
  models: readonly ModelRecord[]
  presets: readonly Preset[]
  /** The dataset to begin with. */
  dataset_id: string | undefined
  /** The model to begin with. */
  model_id: string | undefined
  /** The job whose choices the form begins with. */
  from: JobRecord | undefined
}

export function NewRunForm({ datasets, models, presets, dataset_id, model_id, from }: Props) {
  const { t } = useTranslation(['new-run', 'fields', 'common'])
  const { jobs } = useStores()
  const start = useMemo(
    () => startOf({ datasets, models, presets, dataset_id, model_id, from }),
    // Only what the page was opened with decides how it starts; what changes later must not undo what was typed.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [],
  )
  const [datasetId, setDatasetId] = useState(start.dataset?.id ?? '')
  const [modelId, setModelId] = useState(start.model?.id ?? '')
  const [recipeName, setRecipeName] = useState(start.recipe?.name ?? '')
  const [name, setName] = useState('')
  const [doPredict, setDoPredict] = useState(from?.do_predict ?? true)
  const [error, setError] = useState<HostError | null>(null)
  const [busy, setBusy] = useState<'queue' | 'watch' | null>(null)

  const dataset = datasets.find((one) => one.id === datasetId)
  const model = models.find((one) => one.id === modelId)
  const recipes = useMemo(() => recipesFor(presets, dataset), [presets, dataset])
  const recipe = recipes.find((one) => one.name === recipeName) ?? recipeOf(recipes, dataset)

  const max_position_embeddings = model?.albert_config.max_position_embeddings
  const rules = useCallback(
    (values: Hyperparameters) =>
      hyperparameterViolations(values, max_position_embeddings).map(({ field, rule }) => {
        const { warmup_step, train_step, max_seq_length } = values
        const numbers = { warmup_step, train_step, max_seq_length, max_position_embeddings }
        return { field, message: t(`fields:rules.${rule}`, numbers) }
      }),
    [t, max_position_embeddings],
  )
  const state = useSpecForm(Hyperparameters, start.values, recipe?.hyperparameters ?? NO_VALUES, rules)
  const recipeOwn = useMemo(() => fittedOwn(recipe, WHOLE), [recipe])
  const own = useKindForm(dataset?.task.kind, start.own, recipeOwn, state.values)
  const compute = useSpecForm(Runtime, from?.runtime ?? NO_VALUES, NO_VALUES, noRules)
  const faults = [...state.faults, ...(own?.state.faults ?? []), ...compute.faults]
  const changed = state.changed.length + (own?.state.changed.length ?? 0)

  const chooseDataset = (id: string): void => {
    setDatasetId(id)
    setError(null)
    const chosen = datasets.find((one) => one.id === id)
    const offered = recipesFor(presets, chosen)
    // What was changed by hand is kept; an untouched recipe gives way to the one of the new dataset.
    const next = state.changed.every((field) => field === 'max_seq_length')
      ? recipeOf(offered, chosen)
      : undefined
    if (next !== undefined) chooseRecipe(next)
  }
  const chooseRecipe = (next: Recipe): void => {
    setRecipeName(next.name)
    const values = fitted(next.hyperparameters, model)
    state.fill(values)
    own?.fill(fittedOwn(next, values))
  }

  const submit = (then: 'queue' | 'watch'): void => {
    setError(null)
    void state.form.handleSubmit(async (hyperparameters) => {
      if (dataset === undefined || model === undefined) return
      setBusy(then)
      try {
        const job = await jobs.create({
          name: name.trim(),
          dataset_id: dataset.id,
          model_id: model.id,
          hyperparameters,
          ...own?.chosen,
          runtime: compute.values,
          do_predict: doPredict && dataset.task.splits.test !== null,
        })
        if (then === 'watch') return navigate({ page: 'run', job_id: job.id })
        notify.success(t('queued', { name: job.name }), {
          action: { label: t('watch'), onClick: () => navigate({ page: 'run', job_id: job.id }) },
        })
        navigate({ page: 'queue' })
      } catch (thrown) {
        const refused = hostErrorOf(thrown)
        setError(refused)
        for (const fault of refused.code === 'invalid-input' ? refused.faults : []) {
          const field = fieldOf(fault.field)
          for (const { form, fields } of [state, ...(own === null ? [] : [own.state]), compute]) {
            if (fields.some((one) => one.name === field)) {
              form.setError(field, { type: 'host', message: fault.message })
            }
          }
        }
      } finally {
        setBusy(null)
      }
    }, focusFirstFault)()
  }

  const datasetFault = useDatasetFault(dataset, error)
  const hasTest = dataset?.task.splits.test !== null && dataset !== undefined
  const isReady =
    dataset !== undefined && model !== undefined && datasetFault === undefined && faults.length === 0
  const isPlannable = dataset !== undefined && model !== undefined && isReady
  const plan = usePlan(
    isPlannable
      ? {
          dataset_id: dataset.id,
          model_id: model.id,
          hyperparameters: state.values,
          ...own?.chosen,
          runtime: compute.values,
          do_predict: doPredict && hasTest,
        }
      : null,
  )
  const takeFitting = ({ field, value }: Fitting): void =>
    (field === 'micro_batch_size' ? compute : state).write(field, value)
  return (
    <form
      className={styles.columns}
      noValidate
      aria-label={t('title')}
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady && busy === null) submit('watch')
      }}
    >
      <div className={styles.main}>
        {start.missing !== null && <ErrorBanner tone="warning" title={t('gone', { name: start.missing })} />}
        {error !== null && <HostErrorBanner error={error} />}
        <Card
          title={t('what')}
          {...(from !== undefined && start.missing === null
            ? { description: t('duplicateOf', { name: from.name }) }
            : {})}
        >
          <div className={styles.choices}>
            <Select
              label={t('dataset')}
              value={datasetId}
              options={datasets.map((one) => ({ value: one.id, label: datasetLabel(one) }))}
              onValueChange={chooseDataset}
              error={datasetFault}
              hint={<DatasetHint dataset={dataset} />}
            />
            <Select
              label={t('model')}
              value={modelId}
              options={models.map((one) => ({ value: one.id, label: one.name }))}
              onValueChange={setModelId}
              hint={<ModelHint model={model} />}
              error={refusalOf(error, 'model_id')}
            />
            <Select
              label={t('recipe')}
              value={recipe?.name ?? ''}
              options={recipes.map((one) => ({ value: one.name, label: recipeLabel(one, t) }))}
              onValueChange={(chosen) => {
                const next = recipes.find((one) => one.name === chosen)
                if (next !== undefined) chooseRecipe(next)
              }}
              hint={recipe?.source ?? t('recipeHint')}
            />
            <TextField
              label={t('name')}
              hint={t('nameHint')}
              value={name}
              maxLength={200}
              placeholder={
                dataset === undefined || model === undefined ? '' : `${dataset.name}, ${model.name}`
              }
              onValueChange={setName}
              error={refusalOf(error, 'name')}
            />
          </div>
        </Card>
        <Card
          title={t('hyperparameters')}
          description={changed === 0 ? t('recipeUnchanged') : t('recipeChanged', { count: changed })}
          actions={
            changed > 0 && (
              <Button
                size="small"
                variant="quiet"
                onClick={() => {
                  state.fill(state.reference)
                  own?.fill(recipeOwn)
                }}
              >
                {t('resetAll')}
              </Button>
            )
          }
        >
          <SpecForm state={state} groups={HYPERPARAMETER_GROUPS} />
          {own !== null && dataset !== undefined && (
            <section
              className={styles.kind}
              aria-label={t('ofKind', { kind: t(`common:kind.${dataset.task.kind}`) })}
            >
              <h3>{t('ofKind', { kind: t(`common:kind.${dataset.task.kind}`) })}</h3>
              <SpecForm state={own.state} groups={HYPERPARAMETER_GROUPS} />
            </section>
          )}
          <div className={styles.predict}>
            <Switch
              label={t('predict')}
              hint={hasTest ? t('predictHint') : t('noTest')}
              checked={doPredict && hasTest}
              disabled={!hasTest}
              onCheckedChange={setDoPredict}
            />
          </div>
        </Card>
        <Card title={t('runtime')} description={t('runtimeHint')}>
          <SpecForm state={compute} groups={[]} />
        </Card>
      </div>
      <aside className={styles.aside} aria-label={t('summary')}>
        <RunSummary
          dataset={dataset}
          values={state.values}
          fields={[...state.fields, ...(own?.state.fields ?? []), ...compute.fields]}
          words={state.words}
          faults={faults}
          plan={<PlanView state={plan} batch={state.values.train_batch_size} onFit={takeFitting} />}
        >
          <div className={styles.buttons}>
            <Button
              type="submit"
              variant="primary"
              busy={busy === 'watch'}
              disabled={!isReady || busy !== null}
            >
              {t('queueAndWatch')}
            </Button>
            <Button
              busy={busy === 'queue'}
              disabled={!isReady || busy !== null}
              onClick={() => submit('queue')}
            >
              {t('queue')}
            </Button>
          </div>
        </RunSummary>
      </aside>
    </form>
  )
}

const NO_VALUES = {}
const noRules = () => []
/** The length that takes every question whole. */
const WHOLE = Hyperparameters.parse({})

/** What the form begins with: a job's choices where they are still there, else the first fitting ones. */
function startOf({ datasets, models, presets, dataset_id, model_id, from }: Props) {
  const wanted = from?.dataset_id ?? dataset_id
  const dataset = datasets.find((one) => one.id === wanted) ?? (from === undefined ? datasets[0] : undefined)
  const model =
    models.find((one) => one.id === (from?.model_id ?? model_id)) ??
    (from === undefined ? models[0] : undefined)
  const recipes = recipesFor(presets, dataset)
  const recipe =
    from === undefined ? recipeOf(recipes, dataset) : nearestRecipe(recipes, from.hyperparameters)
  const fresh = recipe === undefined ? NO_VALUES : fitted(recipe.hyperparameters, model ?? models[0])
  return {
    dataset: dataset ?? datasets[0],
    model: model ?? models[0],
    recipe,
    values: from?.hyperparameters ?? fresh,
    own: ownOf(recipe, Hyperparameters.parse({ ...fresh, ...from?.hyperparameters }), from),
    missing: from !== undefined && (dataset === undefined || model === undefined) ? from.name : null,
  }
}

function ownOf(recipe: Recipe | undefined, values: Hyperparameters, from: JobRecord | undefined) {
  const { extractive_qa, multiple_choice } = fittedOwn(recipe, values)
  return {
    extractive_qa: from?.extractive_qa ?? extractive_qa,
    multiple_choice: from?.multiple_choice ?? multiple_choice,
  }
}

function useDatasetFault(dataset: DatasetRecord | undefined, error: HostError | null): string | undefined {
  const { t } = useTranslation(['new-run', 'common'])
  const refused = refusalOf(error, 'dataset_id')
  if (refused !== undefined || dataset === undefined) return refused
  if (!dataset.available) return t('unavailable')
  for (const split of ['train', 'dev'] as const) {
    const rows = dataset.splits[split]?.rows ?? 0
    if (rows === 0) return t('missingSplit', { split: t(`common:split.${split}`) })
  }
  return undefined
}

/** What the host said about one field of the call. */
function refusalOf(error: HostError | null, field: string): string | undefined {
  if (error?.code !== 'invalid-input') return undefined
  return error.faults.find((fault) => fault.field === field)?.message
}

/** `hyperparameters.warmup_step` is the field `warmup_step` of the form. */
function fieldOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}

function datasetLabel({ name, task }: DatasetRecord): string {
  return name === task.name || name === task.title ? name : `${name} (${task.name})`
}

function recipeLabel(recipe: Recipe, t: (key: 'recipeDataset' | 'recipeDefaults') => string): string {
  return recipe.title ?? t(recipe.name === 'dataset' ? 'recipeDataset' : 'recipeDefaults')
}

function DatasetHint({ dataset }: { dataset: DatasetRecord | undefined }) {
  const { t } = useTranslation(['new-run', 'common'])
  if (dataset === undefined) return null
  const { labels } = dataset.task
  const kind = t(`common:kind.${dataset.task.kind}`)
  return <>{labels === null ? kind : t('kindWithLabels', { kind, labels: labels.join(', ') })}</>
}

function ModelHint({ model }: { model: ModelRecord | undefined }) {
  const { t } = useTranslation('new-run')
  const format = useFormat()
  if (model === undefined) return null
  const parameters = format.compact(model.parameters)
  return <>{t(model.pretrained ? 'pretrained' : 'fresh', { parameters })}</>
}

function focusFirstFault(): void {
  document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus()
}
