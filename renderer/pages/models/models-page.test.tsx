// The models that are on this machine: imported by a drop, looked at, made from a config, deleted.
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it } from 'vitest'
import { HostFailure } from '../../../main/contract/errors.ts'
import type { Language } from '../../i18n/resources.ts'
import { baseModel, tinyModel } from '../../testing/fake-data.ts'
import { createFakeHost } from '../../testing/fake-host.ts'
import { renderInWindow } from '../../testing/render.tsx'
import { ModelPage } from './model-page.tsx'
import { OnThisMachine } from './on-this-machine.tsx'

afterEach(() => {
  cleanup()
  window.location.hash = ''
})

const archive = () => new File(['bytes'], 'albert_base_v2.tar.gz')
const shown = (language: Language = 'en', fake = createFakeHost()) => ({
  user: userEvent.setup(),
  ...renderInWindow(<OnThisMachine />, { fake, language }),
})

describe('an import', () => {
  it('starts with a drop on the page and ends on the page of the model', async () => {
    const { user, fake } = shown()
    await screen.findByRole('link', { name: 'ALBERT base v2' })
    await user.upload(screen.getByLabelText(/^Drop an archive/), archive())
    await waitFor(() => expect(window.location.hash).toBe('#/models/imported-1'))
    expect(fake.calls).toContain('models.import')
    await screen.findByText('Imported is imported')
  })

  it('that is refused says why, and takes other files', async () => {
    const fake = createFakeHost()
    const message = 'albert.tar.gz: there is no albert_config.json.'
    fake.failNext(
      'models.import',
      new HostFailure({ code: 'bad-file', file: 'albert.tar.gz', line: null, column: null, message }),
    )
    const { user } = shown('en', fake)
    await user.click(await screen.findByRole('button', { name: 'Import a model' }))
    const dialog = within(await screen.findByRole('dialog', { name: 'Import a model' }))
    await user.upload(dialog.getByLabelText(/^Drop an archive/), archive())
    await dialog.findByText(message)
    await user.upload(dialog.getByLabelText(/^Drop an archive/), archive())
    await waitFor(() => expect(window.location.hash).toBe('#/models/imported-1'))
  })

  it('of a Hugging Face model whose gelu is the erf form can be repeated with the tanh form', async () => {
    const fake = createFakeHost()
    const message = 'config.json: hidden_act: gelu there is the erf form …'
    const error = { code: 'bad-file', file: 'x', line: null, column: 'hidden_act', message } as const
    fake.failNext('models.import', new HostFailure(error))
    const { user } = shown('en', fake)
    await user.upload(await screen.findByLabelText(/^Drop an archive/), archive())
    await user.click(await screen.findByRole('button', { name: 'Import with the tanh form' }))
    await waitFor(() => expect(window.location.hash).toBe('#/models/imported-1'))
  })
})

describe('a new model', () => {
  it('counts its weights while its sizes are typed, and refuses heads that do not divide', async () => {
    const { user } = shown()
    await user.click(await screen.findByRole('button', { name: 'New from config' }))
    const dialog = within(await screen.findByRole('dialog'))
    const count = () => dialog.getByText('Parameters', { selector: 'dt' }).nextElementSibling?.textContent
    const before = count()
    const hidden = dialog.getByRole('spinbutton', { name: 'hidden_size' })
    await user.clear(hidden)
    await user.type(hidden, '130')
    await dialog.findByText(/multiple of num_attention_heads/)
    await user.clear(hidden)
    await user.type(hidden, '256')
    await waitFor(() => expect(count()).not.toBe(before))
    await user.type(dialog.getByRole('textbox', { name: 'Name' }), 'Mine')
    await user.click(dialog.getByRole('button', { name: 'Create' }))
    await waitFor(() => expect(window.location.hash).toBe('#/models/made-1'))
  })
})

describe('the page of a model', () => {
  const page = (model_id: string, language: Language = 'en') => ({
    user: userEvent.setup(),
    ...renderInWindow(<ModelPage model_id={model_id} />, { language }),
  })

  it('shows what it answered, its variables, how one is spread, and its vocabulary at work', async () => {
    const { user } = page(baseModel.id)
    await screen.findByText('The capital of France is [MASK].')
    expect(screen.getByText('“paris” is number 1')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Spread of bert/pooler/dense/bias' }))
    await screen.findByRole('img', { name: /standard deviation/ })
    const text = screen.getByRole('textbox', { name: 'Text' })
    await user.clear(text)
    await user.type(text, 'Hello zzz')
    const pieces = within(await screen.findByRole('list', { name: 'Pieces with their ids' }))
    await waitFor(() =>
      expect(pieces.getAllByRole('listitem').map((item) => item.textContent)).toHaveLength(2),
    )
    expect(pieces.getByText('▁hello')).toBeTruthy()
  })

  it('deletes it after a question and says what was freed', async () => {
    const { user } = page(baseModel.id)
    await user.click(await screen.findByRole('button', { name: 'Delete' }))
    const question = within(await screen.findByRole('alertdialog'))
    expect(question.getByText(/47\.3 MB/)).toBeTruthy()
    await user.click(question.getByRole('button', { name: 'Delete' }))
    await screen.findByText(/is deleted; 47\.3 MB are free again/)
  })

  it.each(['en', 'zh'] as const)(
    'of a model that ships with the program has nothing to delete, in %s',
    async (language) => {
      page(tinyModel.id, language)
      await screen.findByRole('heading', { name: tinyModel.name })
      await screen.findByRole('list', { name: language === 'en' ? 'Pieces with their ids' : '词片及其编号' })
      expect(screen.queryByRole('button', { name: language === 'en' ? 'Delete' : '删除' })).toBeNull()
    },
  )

  it('that is gone says so', async () => {
    page('nobody')
    await screen.findByText('This model is not here any more')
  })
})
