// A number is typed as text: exponents and half-written values are possible, arrow keys stay within the bounds.
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { describe, expect, it } from 'vitest'
import { NumberField } from './number-field.tsx'

function Rate({ onValue, start = 5e-5 }: { onValue: (value: number | null) => void; start?: number }) {
  const [value, setValue] = useState<number | null>(start)
  return (
    <>
      <NumberField
        label="Rate"
        value={value}
        minimum={0}
        maximum={3}
        error={value === null ? 'A number is needed.' : undefined}
        onValueChange={(next) => {
          setValue(next)
          onValue(next)
        }}
      />
      <button onClick={() => setValue(2)}>two</button>
    </>
  )
}

describe('a number field', () => {
  it('takes exponents and says when it is no number', async () => {
    const user = userEvent.setup()
    const values: (number | null)[] = []
    render(<Rate onValue={(value) => values.push(value)} />)
    const field = screen.getByRole<HTMLInputElement>('spinbutton', { name: 'Rate' })
    expect(field.value).toBe('5e-5')
    await user.clear(field)
    expect(screen.getByRole('alert').textContent).toBe('A number is needed.')
    await user.type(field, '3e-4')
    expect(field.value).toBe('3e-4')
    expect(values).toEqual([null, 3, null, 3e-4])
    expect(field.getAttribute('aria-invalid')).toBeNull()
  })

  it('moves by the arrow keys within its bounds, and follows its value', async () => {
    const user = userEvent.setup()
    render(<Rate start={2} onValue={() => undefined} />)
    const field = screen.getByRole<HTMLInputElement>('spinbutton', { name: 'Rate' })
    await user.click(field)
    await user.keyboard('{ArrowUp}{ArrowUp}{ArrowUp}')
    expect(field.value).toBe('3')
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{ArrowDown}')
    expect(field.value).toBe('0')
    await user.click(screen.getByRole('button', { name: 'two' }))
    expect(field.value).toBe('2')
  })
})
