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

describe('where the models lie', () => {
  const dialog = async (user: ReturnType<typeof userEvent.setup>) => {
    await user.click(await screen.findByRole('button', { name: 'Move to another disk' }))
    return within(await screen.findByRole('dialog', { name: 'Move the models to another disk' }))
  }

  it('is said with the room there is, and they move to a folder that is written down', async () => {
    const { user, fake } = shown()
    await screen.findByText('One model, 47.3 MB; the disk has 412 GB free.')
    const opened = await dialog(user)
    expect(opened.getByRole('button', { name: 'Move' }).hasAttribute('disabled')).toBe(true)
    await user.type(opened.getByRole('textbox', { name: 'Folder on the other disk' }), '/media/disk')
    await user.click(opened.getByRole('button', { name: 'Move' }))
    await screen.findByText('The models lie in /media/disk/albert-models now')
    expect(screen.getByLabelText('Where the models lie').textContent).toBe('/media/disk/albert-models')
    expect(fake.calls).toContain('models.move')
  })

  it('a folder is chosen in a dialog of the system, where there is one', async () => {
    const fake = createFakeHost()
    fake.world.info = { ...fake.world.info, chooses_folders: true }
    const { user } = shown('en', fake)
    const opened = await dialog(user)
    await user.click(await opened.findByRole('button', { name: 'Choose a folder' }))
    await waitFor(() => expect(opened.getByRole<HTMLInputElement>('textbox').value).toBe('/media/chosen'))
    await user.click(opened.getByRole('button', { name: 'Move' }))
    await screen.findByText('The models lie in /media/chosen/albert-models now')
  })

  it.each([
    ['en', /give the whole path of a folder/],
    ['zh', /请填写文件夹的完整路径/],
  ] as const)('a refusal stands in the dialog in the language of the window: %s', async (language, words) => {
    const { user } = shown(language)
    await user.click(
      await screen.findByRole('button', {
        name: language === 'en' ? 'Move to another disk' : '移到其他磁盘',
      }),
    )
    const opened = within(await screen.findByRole('dialog'))
    await user.type(opened.getByRole('textbox'), 'disk{Enter}')
    await opened.findByText(words)
  })

  it('tells how far a move is, and goes on with one that was interrupted, or gives it up', async () => {
    const { user, fake } = shown()
    const place = {
      folder: '/data/models',
      models: 1,
      bytes: 47.3e6,
      free_bytes: null,
      move: { into: '/media/disk', work_id: 'before', goes_on: true },
    }
    await screen.findByRole('button', { name: 'Move to another disk' })
    fake.tell('model.folder-changed', place)
    await screen.findByText('Another program is moving the models to /media/disk.')
    expect(screen.queryByRole('button', { name: 'Move to another disk' })).toBeNull()
    fake.tell('model.folder-changed', { ...place, move: { ...place.move, goes_on: false } })
    await screen.findByText('A move was interrupted')
    fake.tell('model.move-progress', { work_id: 'other', done: 1, total: 4 })
    await screen.findByText(/Copying and comparing · 25% done/)
    await user.click(screen.getByRole('button', { name: 'Cancel' }))
    await waitFor(() => expect(fake.calls).toContain('models.cancel'))
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

  it('starts a run with this model', async () => {
    const { user } = page(baseModel.id)
    await user.click(await screen.findByRole('button', { name: 'Start a run' }))
    expect(window.location.hash).toBe(`#/new-run?model=${baseModel.id}`)
  })
  it('gives it another name', async () => {
    const { user } = page(baseModel.id)
    await user.click(await screen.findByRole('button', { name: 'Rename' }))
    const dialog = within(await screen.findByRole('dialog', { name: 'Rename ALBERT base v2' }))
    const name = dialog.getByRole('textbox', { name: 'New name' })
    await user.clear(name)
    await user.type(name, '  Mine {Enter}')
    await screen.findByText('It is called Mine now')
    await screen.findByRole('heading', { name: 'Mine' })
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
