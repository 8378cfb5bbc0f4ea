// The page queues exactly what it shows, starts from what it was opened with, and puts the host's refusals at their fields.
import { cleanup, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HostFailure } from '../../../main/contract/errors.ts'
import { baseModel, fakeDatasets, fakePresets, sampleHyperparameters } from '../../testing/fake-data.ts'
import { createFakeHost } from '../../testing/fake-host.ts'
import { renderInWindow } from '../../testing/render.tsx'
import { NewRunPage } from './new-run-page.tsx'

beforeEach(() => {
  window.location.hash = ''
})
afterEach(cleanup)

const input = (name: string): HTMLInputElement => screen.getByLabelText(name)
const select = (name: string): Promise<HTMLSelectElement> => screen.findByLabelText(name)
const watch = (): HTMLButtonElement => screen.getByRole('button', { name: 'Queue and watch' })

async function typeInto(name: string, text: string): Promise<void> {
  const user = userEvent.setup()
  await user.clear(input(name))
  await user.type(input(name), text)
}

test('begins with the dataset and the model that it was opened with', async () => {
  renderInWindow(<NewRunPage dataset_id={fakeDatasets[1]?.id ?? ''} model_id={baseModel.id} />)
  expect((await select('Model')).value).toBe(baseModel.id)
  expect((await select('Dataset')).value).toBe(fakeDatasets[1]?.id)
})

describe('queueing', () => {
  test('sends the recipe with what was changed, and goes to the run', async () => {
    const { fake } = renderInWindow(<NewRunPage />)
    await userEvent.selectOptions(await select('Recipe'), 'The sample')
    await typeInto('Learning rate', '5e-4')
    await typeInto('Name', 'slower')
    await waitFor(() => expect(watch().disabled).toBe(false))
    await userEvent.click(watch())
    const job = await waitFor(() => {
      const made = fake.world.jobs.find((one) => one.name === 'slower')
      if (made === undefined) throw new Error('No job was made.')
      return made
    })
    expect(job.hyperparameters).toEqual({ ...sampleHyperparameters, learning_rate: 5e-4 })
    await waitFor(() => expect(window.location.hash).toBe(`#/runs/${job.id}`))
  })

  test('Queue goes to the queue', async () => {
    renderInWindow(<NewRunPage />)
    await userEvent.selectOptions(await select('Recipe'), 'The sample')
    await waitFor(() => expect(watch().disabled).toBe(false))
    await userEvent.click(screen.getByRole('button', { name: 'Queue' }))
    await waitFor(() => expect(window.location.hash).toBe('#/queue'))
  })

  test('is not possible while something does not fit; the summary names it', async () => {
    const { fake } = renderInWindow(<NewRunPage />)
    await userEvent.selectOptions(await select('Recipe'), 'The sample')
    await typeInto('Training steps', '10')
    await screen.findByText('One thing does not fit yet')
    expect(screen.getAllByText(/Warm-up steps \(40\) are more than training steps \(10\)/)).toHaveLength(2)
    expect(watch().disabled).toBe(true)
    expect(fake.calls).not.toContain('jobs.create')
  })

  test('a refusal of the host stands at its field', async () => {
    const fake = createFakeHost()
    renderInWindow(<NewRunPage />, { fake })
    await userEvent.selectOptions(await select('Recipe'), 'The sample')
    await waitFor(() => expect(watch().disabled).toBe(false))
    fake.failNext(
      'jobs.create',
      new HostFailure({
        code: 'invalid-input',
        message: 'Two things.',
        faults: [
          { field: 'hyperparameters.seed', message: 'This seed is taken.' },
          { field: 'dataset_id', message: 'This dataset has no dev file.' },
        ],
      }),
    )
    await userEvent.click(watch())
    await screen.findByText('Two things.')
    await waitFor(() => expect(input('Seed').getAttribute('aria-invalid')).toBe('true'))
    expect(input('Dataset').getAttribute('aria-invalid')).toBe('true')
  })
})

describe('the plan', () => {
  test('is that of what stands in the form, and says what the run does', async () => {
    renderInWindow(<NewRunPage />)
    await userEvent.selectOptions(await select('Recipe'), 'The sample')
    await screen.findByText(/^About .* of memory; .* may be used$/)
    await screen.findByText(/Short examples share rows: \d+ × \d+ places/)
    expect(screen.getByText('The processor has no unit for bf16.')).toBeTruthy()
    await userEvent.selectOptions(await select('Compile'), 'off')
    await screen.findByText('Steps are not compiled: slower, and more memory.')
  })

  test('is not shown for values that it is not of', async () => {
    renderInWindow(<NewRunPage />)
    await userEvent.selectOptions(await select('Recipe'), 'The sample')
    await screen.findByText(/^About .* of memory/)
    await typeInto('Training batch size', '0')
    await screen.findByText('Told as soon as every field fits.')
    expect(screen.queryByText(/^About .* of memory/)).toBeNull()
  })

  test('names what fits where the run does not, and a click takes it', async () => {
    const { fake } = renderInWindow(<NewRunPage />)
    await userEvent.selectOptions(await select('Recipe'), 'The sample')
    await typeInto('Memory limit', '0.7')
    await screen.findByText(/^The run needs about .* of memory and may take 700 MB\.$/)
    await userEvent.click(screen.getByRole('button', { name: 'Training batch size 1' }))
    expect(input('Training batch size').value).toBe('1')
    await userEvent.click(watch())
    await waitFor(() => expect(fake.world.jobs.at(-1)?.runtime.memory_gb).toBe(0.7))
  })
})

describe('starting', () => {
  test('a fresh form fits its model and says how many epochs it comes to', async () => {
    renderInWindow(<NewRunPage />)
    await select('Dataset')
    expect(input('Maximum sequence length').value).toBe('128')
    await screen.findByText('≈ 5.3 epochs')
    await waitFor(() => expect(watch().disabled).toBe(false))
  })

  test('from a job takes its choices, told against the recipe it came from', async () => {
    renderInWindow(<NewRunPage from_job_id="job-7" />)
    expect((await select('Recipe')).selectedOptions[0]?.textContent).toBe('The sample')
    expect(input('Learning rate').value).toBe('5e-4')
    await screen.findByText('1 field differs from the recipe.')
    await userEvent.click(screen.getByRole('button', { name: 'Back to the recipe' }))
    expect(input('Learning rate').value).toBe('0.001')
  })

  test('with a dataset that is gone says so at its field', async () => {
    renderInWindow(<NewRunPage dataset_id="moved" />)
    await screen.findByText('The files of this dataset are gone from where they were; import it again.')
    expect(watch().disabled).toBe(true)
  })

  test('the presets are those of the host', async () => {
    renderInWindow(<NewRunPage />)
    const shown = [...(await select('Recipe')).options].map((option) => option.textContent)
    for (const preset of fakePresets) expect(shown).toContain(preset.title)
    await userEvent.selectOptions(await select('Recipe'), 'RTE')
    expect([
      input('Learning rate').value,
      input('Training steps').value,
      input('Warm-up steps').value,
    ]).toEqual(['3e-5', '800', '200'])
  })

  test('without datasets leads to them', async () => {
    renderInWindow(<NewRunPage />, { fake: createFakeHost({ empty: true }) })
    await userEvent.click(await screen.findByRole('button', { name: 'Import a dataset' }))
    expect(window.location.hash).toBe('#/datasets')
  })

  test('without datasets runs the sample, which brings its own', async () => {
    renderInWindow(<NewRunPage />, { fake: createFakeHost({ empty: true }) })
    await userEvent.click(await screen.findByRole('button', { name: 'Run the sample' }))
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/runs\//))
  })
})
