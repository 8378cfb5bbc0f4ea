// Theme and language change the page at once and stay with the host; the list of licences is readable.
import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, it } from 'vitest'
import { createFakeHost } from '../../testing/fake-host.ts'
import { prepareDom, setDesktopDark } from '../../testing/prepare-dom.ts'
import { mountWindow } from '../../testing/mount-window.ts'
import { licenceRows } from './licence-rows.ts'

beforeEach(() => {
  prepareDom()
  setDesktopDark(false)
  document.body.innerHTML = '<div id="root"></div>'
  window.location.hash = '#/settings'
})

const themeOnPage = () => document.documentElement.dataset['theme']

describe('the settings page, in the whole window', () => {
  it('changes the theme and follows the desktop when asked to', async () => {
    const user = userEvent.setup()
    const fake = createFakeHost()
    await mountWindow(fake.host)
    await screen.findByRole('heading', { name: 'Settings', level: 1 })
    expect(themeOnPage()).toBe('light')

    await user.click(screen.getByRole('radio', { name: 'Dark' }))
    expect(themeOnPage()).toBe('dark')
    await waitFor(() => expect(fake.world.settings.theme).toBe('dark'))

    const systems = screen.getAllByRole('radio', { name: 'System' })
    await user.click(systems[systems.length - 1]!)
    expect(themeOnPage()).toBe('light')
    setDesktopDark(true)
    expect(themeOnPage()).toBe('dark')
  })

  it('speaks Chinese after one click, and says so to the browser', async () => {
    const user = userEvent.setup()
    const fake = createFakeHost()
    await mountWindow(fake.host)
    await user.click(await screen.findByRole('radio', { name: '中文' }))
    await screen.findByRole('heading', { name: '设置', level: 1 })
    expect(screen.getByRole('link', { name: /数据集/ })).toBeTruthy()
    expect(document.documentElement.lang).toBe('zh-CN')
    expect(fake.world.settings.language).toBe('zh')
  })

  it('goes to another page by keyboard', async () => {
    const user = userEvent.setup()
    await mountWindow(createFakeHost().host)
    await screen.findByRole('heading', { name: 'Settings', level: 1 })
    await user.keyboard('{Alt>}3{/Alt}')
    await screen.findByRole('heading', { name: 'Datasets', level: 1 })
    await waitFor(() => expect(document.activeElement?.tagName).toBe('MAIN'))
  })

  it('says over every page that the host is gone, and stops saying it', async () => {
    const fake = createFakeHost()
    await mountWindow(fake.host)
    await screen.findByRole('heading', { name: 'Settings', level: 1 })
    fake.setConnected(false)
    await screen.findByText('The connection to the program is gone')
    fake.setConnected(true)
    await waitFor(() => expect(screen.queryByText('The connection to the program is gone')).toBeNull())
    await screen.findByText('Connected again')
  })
})

describe('licenceRows', () => {
  it('reads the table and nothing around it', () => {
    const text = '# Title\n\n| what | version | licence |\n|---|---|---|\n| react | 19.3.1 | MIT |\n'
    expect(licenceRows(text)).toEqual([{ name: 'react', version: '19.3.1', licence: 'MIT' }])
  })
})
