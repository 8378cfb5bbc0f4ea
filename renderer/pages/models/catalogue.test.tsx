// The catalogue of models: what a card says, and a download from its first click to its end or its fault, in both languages.
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it } from 'vitest'
import { DownloadFaultCode, type DownloadRecord } from '../../../main/contract/downloads.ts'
import type { Language } from '../../i18n/resources.ts'
import { startedDownload } from '../../testing/fake-downloads.ts'
import { createFakeHost } from '../../testing/fake-host.ts'
import { renderInWindow } from '../../testing/render.tsx'
import { CatalogueSection } from './catalogue-section.tsx'

afterEach(cleanup)

const card = async (name: string) => within(await screen.findByRole('article', { name }))

/** The catalogue over a host without downloads. */
function shown(language: Language = 'en') {
  return {
    user: userEvent.setup(),
    ...renderInWindow(<CatalogueSection />, { fake: createFakeHost({ empty: true }), language }),
  }
}

const running: DownloadRecord = {
  ...startedDownload('download-1', { kind: 'model', item_id: 'albert-base-v2' }),
  files: [
    {
      name: 'albert_base_v2.tar.gz',
      url: 'https://storage.googleapis.com/albert_models/albert_base_v2.tar.gz',
      bytes_total: 40_000_000,
      bytes_done: 10_000_000,
      sha256: null,
      verified_by: null,
    },
  ],
  bytes_per_second: 2_000_000,
  eta_seconds: 15,
}

describe('a card of the catalogue', () => {
  it('tells shape, sizes, licence and published scores', async () => {
    shown()
    const base = await card('ALBERT base v2')
    for (const [name, value] of [
      ['Parameters', '11.7M'],
      ['Layers', '12'],
      ['Heads', '12'],
      ['Activation', 'gelu'],
      ['Dropout', '0'],
      ['Download', 'asked from the server'],
      ['Unpacked', 'about 46.7 MB'],
    ] as const)
      expect(base.getByText(name, { selector: 'dt' }).nextElementSibling?.textContent).toBe(value)
    expect(base.getByText(/Licence: Apache-2\.0/)).toBeTruthy()
    const scores = await base.findByRole('table', { name: 'Published scores' })
    expect(
      within(scores)
        .getAllByRole('cell')
        .map(({ textContent }) => textContent),
    ).toEqual(['82.3', '92.9'])
  })

  it('warns of the heads of xlarge v2 and of the second version of a hub module', async () => {
    shown()
    const xlarge = await card('ALBERT xlarge v2')
    expect(xlarge.getByText(/may say 32 heads/)).toBeTruthy()
    expect(xlarge.getByText(/Take version 3/)).toBeTruthy()
  })

  it('says of the Chinese models that no scores were published', async () => {
    const { user } = shown()
    await card('ALBERT base v2')
    await user.click(screen.getByRole('radio', { name: 'Chinese' }))
    expect((await card('ALBERT xxlarge Chinese')).getByText('No scores were published for it.')).toBeTruthy()
  })
})

describe('a download', () => {
  it('starts with a click and shows size, speed and time left; it can be paused, gone on with and cancelled', async () => {
    const { user, fake } = shown()
    const base = await card('ALBERT base v2')
    await user.click(base.getByRole('button', { name: 'Download: ALBERT base v2' }))
    const { id } = fake.world.downloads[0] ?? running
    fake.tell('download.changed', { ...running, id })
    await base.findByText('Downloading · 10 MB of 40 MB · 2 MB/s · about 15 sec left')
    expect(base.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('25')
    expect(base.getByText('Download', { selector: 'dt' }).nextElementSibling?.textContent).toBe('40 MB')

    await user.click(base.getByRole('button', { name: 'Pause: ALBERT base v2' }))
    await base.findByText(/^Paused/)
    await user.click(base.getByRole('button', { name: 'Resume: ALBERT base v2' }))
    await base.findByText(/^Downloading/)
    await user.click(base.getByRole('button', { name: 'Cancel: ALBERT base v2' }))
    await base.findByRole('button', { name: 'Download: ALBERT base v2' })
    expect(fake.calls.filter((name) => name.startsWith('downloads.'))).toEqual([
      'downloads.list',
      'downloads.start',
      'downloads.pause',
      'downloads.resume',
      'downloads.remove',
    ])
  })

  it('that failed says why and what next, and tries again', async () => {
    const { user, fake } = shown()
    const base = await card('ALBERT base v2')
    const failed: DownloadRecord = {
      ...running,
      status: 'failed',
      fault: { code: 'no-space', facts: { folder: '/data', needed: 110e6, free: 20e6 }, message: '…' },
    }
    fake.world.downloads = [failed]
    fake.tell('download.changed', failed)
    await base.findByText(/\/data has 20 MB free; this needs 110 MB/)
    await user.click(base.getByRole('button', { name: 'Try again: ALBERT base v2' }))
    await waitFor(() => expect(base.queryByText(/has 20 MB free/)).toBeNull())
  })

  it('cannot be started while downloads are switched off, and the button says so', async () => {
    const fake = createFakeHost({ empty: true })
    fake.world.settings.downloads.offline = true
    renderInWindow(<CatalogueSection />, { fake })
    const base = await card('ALBERT base v2')
    const button = base.getByRole('button', { name: 'Download: ALBERT base v2' })
    await waitFor(() => expect(button.hasAttribute('disabled')).toBe(true))
    expect(button.title).toContain('switched off')
  })
})

it.each(['en', 'zh'] as const)('every fault has a sentence of its own in %s', async (language) => {
  const { fake } = shown(language)
  const base = await card('ALBERT base v2')
  const facts = {
    host: 'HOST',
    url: 'URL',
    file: 'FILE',
    folder: 'FOLDER',
    reason: 'REASON',
    to: 'TO',
    proxy: 'PROXY',
    kind: 'KIND',
    format: 'FORMAT',
  }
  const sentences = new Set<string>()
  for (const code of DownloadFaultCode.options) {
    const numbers = { status: 418, seconds: 30, limit: 5, expected: 1, got: 2, needed: 3, free: 4 }
    const message = `the host's own words for ${code}`
    fake.tell('download.changed', {
      ...running,
      status: 'failed',
      fault: { code, facts: { ...facts, ...numbers, message }, message },
    })
    const sentence = await waitFor(() => {
      const last = base.getByTestId('fault').textContent
      expect(sentences.has(last)).toBe(false)
      return last
    })
    expect(sentence).not.toMatch(/\{\{|fault\./)
    sentences.add(sentence)
  }
  expect(sentences.size).toBe(DownloadFaultCode.options.length)
})
