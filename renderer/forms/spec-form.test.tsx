// The form draws every declared field, says in words what does not fit, and marks what differs from the preset.
import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, test } from 'vitest'
import { fieldsOf } from '../../engine/spec/fields.ts'
import {
  Hyperparameters,
  HYPERPARAMETER_GROUPS,
  hyperparameterViolations,
} from '../../engine/spec/hyperparameters.ts'
import { renderInWindow } from '../testing/render.tsx'
import type { FieldFault } from './spec-resolver.ts'
import { SpecForm } from './spec-form.tsx'
import { useSpecForm } from './use-spec-form.ts'

const preset = { learning_rate: 3e-5, train_step: 800, warmup_step: 200 }
const rules = (values: Hyperparameters): FieldFault[] => hyperparameterViolations(values, 128)
let submitted: Hyperparameters[] = []

function Form() {
  const state = useSpecForm(Hyperparameters, { ...preset, max_seq_length: 64 }, preset, rules)
  return (
    <>
      <SpecForm state={state} groups={HYPERPARAMETER_GROUPS} />
      <output data-testid="faults">{state.faults.map((fault) => fault.field).join(' ')}</output>
      <button onClick={() => void state.form.handleSubmit((values) => void submitted.push(values))()}>
        Go
      </button>
    </>
  )
}

const field = (name: string): HTMLInputElement => screen.getByLabelText(name)
const write = async (name: string, text: string): Promise<void> => {
  const user = userEvent.setup()
  await user.clear(field(name))
  await user.type(field(name), text)
}
const faults = (): string => screen.getByTestId('faults').textContent

describe('the form of the hyperparameters', () => {
  test('draws every declared field, each in its group, with its help', () => {
    renderInWindow(<Form />)
    for (const { title, name, group, description } of fieldsOf(Hyperparameters)) {
      const drawn = document.querySelector<HTMLElement>(`[data-field="${name}"]`)
      expect(drawn, name).not.toBeNull()
      expect(drawn?.textContent).toContain(description)
      expect(within(drawn as HTMLElement).getByLabelText(title)).toBeTruthy()
      expect(drawn?.closest('fieldset')?.querySelector('legend')?.textContent.toLowerCase()).toBe(group)
    }
  })

  test('takes rates as they are written in papers, and gives numbers', async () => {
    submitted = []
    renderInWindow(<Form />)
    expect(field('Learning rate').value).toBe('3e-5')
    await write('Learning rate', '2.5e-6')
    await userEvent.click(screen.getByText('Go'))
    await waitFor(() => expect(submitted).toHaveLength(1))
    expect(submitted[0]).toEqual(
      Hyperparameters.parse({ ...preset, max_seq_length: 64, learning_rate: 2.5e-6 }),
    )
  })

  test.each([
    ['Training batch size', 'many', 'That is not a number; write a whole number, 1 to 4,096, such as 32.'],
    ['Training batch size', '2.5', '2.5 is not whole; write a whole number, 1 to 4,096.'],
    ['Training batch size', '0', '0 is out of bounds; write a whole number, 1 to 4,096.'],
    ['Learning rate', '2', '2 is out of bounds; write a number, above 0, at most 1.'],
  ])('%s does not take %s and says what it takes', async (name, text, message) => {
    submitted = []
    renderInWindow(<Form />)
    await write(name, text)
    await screen.findByText(message)
    expect(field(name).getAttribute('aria-invalid')).toBe('true')
    await userEvent.click(screen.getByText('Go'))
    expect(submitted).toEqual([])
  })

  test('a rule between fields stands at its field and goes when the other end of it changes', async () => {
    renderInWindow(<Form />)
    await waitFor(() => expect(faults()).toBe(''))
    await write('Training steps', '100')
    await screen.findByText(/warmup_step 200 is more than train_step 100/)
    expect(faults()).toBe('warmup_step')
    await write('Training steps', '900')
    await waitFor(() => expect(faults()).toBe(''))
  })

  test('a rule is told although another field is not a number', async () => {
    renderInWindow(<Form />)
    await write('Seed', 'x')
    await write('Maximum sequence length', '256')
    await waitFor(() => expect(faults()).toBe('max_seq_length seed'))
  })

  test('what differs from the preset is marked and goes back to it', async () => {
    renderInWindow(<Form />)
    const marked = (): (string | undefined)[] =>
      [...document.querySelectorAll<HTMLElement>('[data-changed]')].map((drawn) => drawn.dataset['field'])
    expect(marked()).toEqual(['max_seq_length'])
    await write('Learning rate', '1e-4')
    expect(marked()).toEqual(['max_seq_length', 'learning_rate'])
    await userEvent.click(screen.getByRole('button', { name: 'Learning rate: back to 3e-5' }))
    expect(field('Learning rate').value).toBe('3e-5')
    expect(marked()).toEqual(['max_seq_length'])
    // The same number in another writing is not a change.
    await write('Learning rate', '0.00003')
    expect(marked()).toEqual(['max_seq_length'])
  })

  test('speaks Chinese', async () => {
    renderInWindow(<Form />, { language: 'zh' })
    await write('学习率', '2')
    await screen.findByText('2 超出范围；请填写数值，大于 0，不超过 1。')
  })
})
