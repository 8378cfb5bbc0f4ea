// What the host names as presets and a dataset in, the recipes that its runs can start from out, the fitting one first.
import { Hyperparameters } from '../../../engine/spec/hyperparameters.ts'
import type { Preset } from '../../../main/contract/host.ts'
import type { DatasetRecord, ModelRecord } from '../../../main/contract/records.ts'

export type Recipe = {
  /** `dataset` and `defaults` are ours; the others are the host's names. */
  name: string
  /** Null where the window's words name it. */
  title: string | null
  source: string | null
  hyperparameters: Hyperparameters
}

const DATASET = 'dataset'
const DEFAULTS = 'defaults'

/** The dataset's own recipe where it has one, the host's presets, and the defaults. */
export function recipesFor(presets: readonly Preset[], dataset: DatasetRecord | undefined): Recipe[] {
  const own = dataset?.task.preset ?? {}
  const recipes: Recipe[] = presets.map(({ name, title, source, hyperparameters }) => ({
    name: `preset:${name}`,
    title,
    source,
    hyperparameters,
  }))
  const ofDataset: Recipe = {
    name: DATASET,
    title: null,
    source: null,
    hyperparameters: Hyperparameters.parse(own),
  }
  const isNew = !recipes.some((recipe) => differences(recipe, ofDataset.hyperparameters) === 0)
  if (Object.keys(own).length > 0 && isNew) recipes.unshift(ofDataset)
  const defaults = Hyperparameters.parse({})
  if (!recipes.some((recipe) => differences(recipe, defaults) === 0)) {
    recipes.push({ name: DEFAULTS, title: null, source: null, hyperparameters: defaults })
  }
  return recipes
}

/** The recipe to begin with: the dataset's own, else the one named as its task, else the defaults. */
export function recipeOf(recipes: readonly Recipe[], dataset: DatasetRecord | undefined): Recipe | undefined {
  const own = dataset?.task.preset ?? {}
  if (Object.keys(own).length > 0) return nearestRecipe(recipes, Hyperparameters.parse(own))
  const named = keyOf(dataset?.task.name ?? '')
  const ofTask = recipes.find((recipe) => named !== '' && keyOf(recipe.name) === keyOf(`preset:${named}`))
  return ofTask ?? nearestRecipe(recipes, Hyperparameters.parse({}))
}

/** A recipe's values cut to what the model can take, so that a fresh form does not begin with a fault; the cut is marked. */
export function fitted(values: Hyperparameters, model: ModelRecord | undefined): Hyperparameters {
  const most = model?.albert_config.max_position_embeddings ?? Infinity
  return { ...values, max_seq_length: Math.min(values.max_seq_length, most) }
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
