// A form starts from the recipe that fits its dataset, and a duplicated run is told against the recipe it came from.
import { expect, test } from 'vitest'
import { Hyperparameters } from '../../../engine/spec/hyperparameters.ts'
import type { Preset } from '../../../main/contract/host.ts'
import type { DatasetRecord } from '../../../main/contract/records.ts'
import { fakePresets, sampleDataset, sampleHyperparameters, tinyModel } from '../../testing/fake-data.ts'
import { fitted, nearestRecipe, recipeOf, recipesFor } from './presets.ts'

const named = (name: string, preset: Partial<Hyperparameters> = {}): DatasetRecord => ({
  ...sampleDataset,
  task: { ...sampleDataset.task, name, preset },
})

test('the presets of the host stand as they are, with the defaults once', () => {
  const recipes = recipesFor(fakePresets, named('anything'))
  expect(recipes.map((recipe) => recipe.name)).toEqual(['preset:sample', 'preset:RTE', 'defaults'])
  expect(recipes[1]?.hyperparameters).toEqual(fakePresets[1]?.hyperparameters)
  const defaults: Preset = {
    name: 'defaults',
    title: 'Defaults',
    source: '',
    kinds: ['classification', 'regression'],
    hyperparameters: Hyperparameters.parse({}),
  }
  expect(recipesFor([...fakePresets, defaults], undefined)).toHaveLength(3)
})

test('a dataset that is named as a task begins with its preset, another one with the defaults', () => {
  const start = (dataset: DatasetRecord) => recipeOf(recipesFor(fakePresets, dataset), dataset)?.name
  expect(start(named('rte'))).toBe('preset:RTE')
  expect(start(named('tickets'))).toBe('defaults')
  expect(start(named('tickets', sampleHyperparameters))).toBe('preset:sample')
  expect(start(named('tickets', { train_step: 7 }))).toBe('dataset')
})

test('the nearest recipe is the one with the fewest differences', () => {
  const recipes = recipesFor(fakePresets, undefined)
  expect(nearestRecipe(recipes, { ...sampleHyperparameters, seed: 99 })?.name).toBe('preset:sample')
})

test('a sequence longer than the model is cut to it', () => {
  expect(fitted(Hyperparameters.parse({}), tinyModel).max_seq_length).toBe(128)
  expect(fitted(sampleHyperparameters, tinyModel)).toEqual(sampleHyperparameters)
})

test('questions begin with the recipe of their kind, in as many steps as their rows are epochs', () => {
  const presets: Preset[] = [
    ...fakePresets,
    {
      name: 'SQuAD-v2.0',
      title: 'SQuAD',
      source: 'run_squad_v2.py',
      kinds: ['extractive-qa'],
      hyperparameters: Hyperparameters.parse({ train_batch_size: 48 }),
      schedule: { num_train_epochs: 2, warmup_proportion: 0.1 },
    },
  ]
  const dataset = named('rivers')
  const asked: DatasetRecord = {
    ...dataset,
    task: { ...dataset.task, kind: 'extractive-qa', labels: null, unanswerable: true },
  }
  const recipes = recipesFor(presets, asked)
  expect(recipes.map((recipe) => recipe.name)).toEqual(['preset:SQuAD-v2.0', 'defaults'])
  const recipe = recipeOf(recipes, asked)
  expect(recipe?.name).toBe('preset:SQuAD-v2.0')
  expect(recipe?.hyperparameters).toMatchObject({ train_step: 250, warmup_step: 25 }) // 6000 rows
})
