// All words of the window by language and page. `fields` in English is read out of the declarations, only its
// groups and rules are written; `host` in English is what the host says itself.
import { fieldsOf } from '../../engine/spec/fields.ts'
import { Hyperparameters } from '../../engine/spec/hyperparameters.ts'
import {
  EpochSchedule,
  ExtractiveQaHyperparameters,
  MultipleChoiceHyperparameters,
} from '../../engine/spec/kind-hyperparameters.ts'
import { Runtime } from '../../engine/spec/runtime.ts'
import { SENTENCES } from '../../main/contract/sentences.ts'
import enCharts from './en/charts.json'
import enCommon from './en/common.json'
import enDatasets from './en/datasets.json'
import enDownloads from './en/downloads.json'
import enFields from './en/fields.json'
import enForms from './en/forms.json'
import enHome from './en/home.json'
import enModels from './en/models.json'
import enNewRun from './en/new-run.json'
import enPredict from './en/predict.json'
import enQueue from './en/queue.json'
import enResults from './en/results.json'
import enRun from './en/run.json'
import enSettings from './en/settings.json'
import enTables from './en/tables.json'
import zhCharts from './zh/charts.json'
import zhCommon from './zh/common.json'
import zhDatasets from './zh/datasets.json'
import zhDownloads from './zh/downloads.json'
import zhFields from './zh/fields.json'
import zhForms from './zh/forms.json'
import zhHome from './zh/home.json'
import zhHost from './zh/host.json'
import zhModels from './zh/models.json'
import zhNewRun from './zh/new-run.json'
import zhPredict from './zh/predict.json'
import zhQueue from './zh/queue.json'
import zhResults from './zh/results.json'
import zhRun from './zh/run.json'
import zhSettings from './zh/settings.json'
import zhTables from './zh/tables.json'

export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

/** Title and description of every declared field, in the words of the declaration. */
function declaredFields(): Record<string, { title: string; description: string }> {
  const fields = [
    ...[ExtractiveQaHyperparameters, MultipleChoiceHyperparameters, EpochSchedule].flatMap((one) =>
      fieldsOf(one),
    ),
    ...fieldsOf(Hyperparameters),
    ...fieldsOf(Runtime),
  ]
  return Object.fromEntries(fields.map(({ name, title, description }) => [name, { title, description }]))
}

const en = {
  charts: enCharts,
  common: enCommon,
  datasets: enDatasets,
  downloads: enDownloads,
  fields: { ...enFields, ...declaredFields() },
  forms: enForms,
  home: enHome,
  host: SENTENCES,
  models: enModels,
  'new-run': enNewRun,
  predict: enPredict,
  queue: enQueue,
  results: enResults,
  run: enRun,
  settings: enSettings,
  tables: enTables,
}

const zh = {
  charts: zhCharts,
  common: zhCommon,
  datasets: zhDatasets,
  downloads: zhDownloads,
  fields: zhFields,
  forms: zhForms,
  home: zhHome,
  host: zhHost,
  models: zhModels,
  'new-run': zhNewRun,
  predict: zhPredict,
  queue: zhQueue,
  results: zhResults,
  run: zhRun,
  settings: zhSettings,
  tables: zhTables,
}

export const resources = { en, zh }
export type Namespace = keyof typeof en
export const NAMESPACES = Object.keys(en) as Namespace[]

declare module 'i18next' {
  /** The keys that `t` accepts are those of the English files: a key without words does not compile. */
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface adds to the library's own
  interface CustomTypeOptions {
    defaultNS: 'common'
    resources: Omit<typeof en, 'fields'> & { fields: typeof enFields }
    returnNull: false
  }
}
