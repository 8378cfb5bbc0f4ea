// What the host names as presets and a dataset in, the recipes that its runs can start from out, the fitting one first.
import { Hyperparameters } from '../../../engine/spec/hyperparameters.ts'
import {
  ExtractiveQaHyperparameters,
  MultipleChoiceHyperparameters,
  stepsOf,
  type KindHyperparameters,
} from '../../../engine/spec/kind-hyperparameters.ts'
import type { Preset } from '../../../main/contract/host.ts'
import type { DatasetRecord, ModelRecord } from '../../../main/contract/records.ts'

export type Recipe = {
  /** `dataset` and `defaults` are ours; the others are the host's names. */
  name: string
  /** Null where the window's words name it. */
  title: string | null
  source: string | null
  hyperparameters: Hyperparameters
} & KindHyperparameters

const DATASET = 'dataset'
const DEFAULTS = 'defaults'

/** The dataset's own recipe where it has one, the host's presets for its kind of task, and the defaults. */
export function recipesFor(presets: readonly Preset[], dataset: DatasetRecord | undefined): Recipe[] {
  const own = ownPreset(dataset)
  const kind = dataset?.task.kind
  const recipes: Recipe[] = presets
    .filter(({ kinds }) => kind === undefined || kinds.includes(kind))
    .map((preset) => ({
      name: `preset:${preset.name}`,
      title: preset.title,
      source: preset.source,
      hyperparameters: stepsFor(preset, dataset),
      extractive_qa: preset.extractive_qa,
      multiple_choice: preset.multiple_choice,
    }))
  if (own !== null && !recipes.some((recipe) => differences(recipe, own) === 0)) {
    recipes.unshift({ name: DATASET, title: null, source: null, hyperparameters: own })
  }
  const defaults = Hyperparameters.parse({})
  if (!recipes.some((recipe) => differences(recipe, defaults) === 0)) {
    recipes.push({ name: DEFAULTS, title: null, source: null, hyperparameters: defaults })
  }
  return recipes
}

/** The recipe that a dataset brings; null where its knobs are nothing but the defaults. */
function ownPreset(dataset: DatasetRecord | undefined): Hyperparameters | null {
  const own = Hyperparameters.parse(dataset?.task.preset ?? {})
  const defaults = Hyperparameters.parse({})
  const names = Object.keys(defaults) as (keyof Hyperparameters)[]
  return names.every((name) => own[name] === defaults[name]) ? null : own
}

/** A preset that says its length in epochs comes to the steps of this dataset's rows. */
function stepsFor(
  { hyperparameters, schedule }: Preset,
  dataset: DatasetRecord | undefined,
): Hyperparameters {
  const rows = dataset?.splits.train?.rows ?? 0
  if (schedule === undefined || rows === 0) return hyperparameters
  const { train_step, warmup_step } = stepsOf(schedule, rows, hyperparameters.train_batch_size)
  return { ...hyperparameters, train_step: Math.max(1, train_step), warmup_step }
}

/** The recipe to begin with: the dataset's own, else the one named as its task, else that of its kind, else the defaults. */
export function recipeOf(recipes: readonly Recipe[], dataset: DatasetRecord | undefined): Recipe | undefined {
  const own = ownPreset(dataset)
  if (own !== null) return nearestRecipe(recipes, own)
  const called = (name: string) => {
    const key = keyOf(name)
    return recipes.find((recipe) => key !== '' && keyOf(recipe.name) === keyOf(`preset:${key}`))
  }
  const ofTask = called(dataset?.task.name ?? '')
  if (ofTask !== undefined) return ofTask
  const asks = dataset?.task.kind === 'extractive-qa'
  const ofKind = asks ? called(dataset.task.unanswerable === true ? 'SQuAD-v2.0' : 'SQuAD-v1.1') : undefined
  return ofKind ?? nearestRecipe(recipes, Hyperparameters.parse({}))
}

/** A recipe's values cut to what the model can take, so that a fresh form does not begin with a fault; the cut is marked. */
export function fitted(values: Hyperparameters, model: ModelRecord | undefined): Hyperparameters {
  const most = model?.albert_config.max_position_embeddings ?? Infinity
  return { ...values, max_seq_length: Math.min(values.max_seq_length, most) }
}

/** The knobs of a kind that a recipe means, cut to what fits beside the length of the inputs. */
export function fittedOwn(
  recipe: Recipe | undefined,
  { max_seq_length }: Hyperparameters,
): Required<KindHyperparameters> {
  const extractive_qa = recipe?.extractive_qa ?? ExtractiveQaHyperparameters.parse({})
  const room = Math.max(1, max_seq_length - 4)
  return {
    extractive_qa: { ...extractive_qa, max_query_length: Math.min(extractive_qa.max_query_length, room) },
    multiple_choice: recipe?.multiple_choice ?? MultipleChoiceHyperparameters.parse({}),
  }
}

/** The recipe that differs from the values in the fewest fields: what a duplicated run is told against. */
export function nearestRecipe(recipes: readonly Recipe[], values: Hyperparameters): Recipe | undefined {
  return recipes.reduce<Recipe | undefined>(
    (best, recipe) =>
      best === undefined || differences(recipe, values) < differences(best, values) ? recipe : best,
    undefined,
  )
}

function differences({ hyperparameters }: Recipe, values: Hyperparameters): number {
  const names = Object.keys(values) as (keyof Hyperparameters)[]
  return names.filter((name) => hyperparameters[name] !== values[name]).length
}

function keyOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9:]/g, '')
}
