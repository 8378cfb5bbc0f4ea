// What runs compute on: the reason is said, a build is fetched, tried, chosen and deleted; in both languages.
import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, it } from 'vitest'
import { createFakeHost } from '../../testing/fake-host.ts'
import { fakeRuntimesWithCuda } from '../../testing/fake-runtimes.ts'
import { mountWindow } from '../../testing/mount-window.ts'
import { prepareDom } from '../../testing/prepare-dom.ts'

beforeEach(() => {
  prepareDom()
  document.body.innerHTML = '<div id="root"></div>'
  window.location.hash = '#/settings'
})

it('says why the processor is used, and fetches the CUDA build', async () => {
  const user = userEvent.setup()
  const fake = createFakeHost()
  await mountWindow(fake.host)
  await screen.findByText(/the CUDA build is not here\. Download it to use the card\./)
  expect(
    screen.getByText(/driver 570\.86\.15 is here, with NVIDIA GeForce RTX 3090, .*compute capability 8\.6/),
  ).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Download: TensorFlow 2.21.0 (CUDA)' }))
  await screen.findByRole('progressbar', { name: /Download of TensorFlow|Download of tensorflow/ })
  expect(fake.calls).toContain('downloads.start')
})

it('keeps the choice with the host', async () => {
  const user = userEvent.setup()
  const fake = createFakeHost()
  await mountWindow(fake.host)
  await user.click(await screen.findByRole('radio', { name: 'NVIDIA card' }))
  await waitFor(() => expect(fake.world.settings.device).toBe('cuda'))
})

it('tries a build, and deletes one after a question', async () => {
  const user = userEvent.setup()
  const fake = createFakeHost()
  fake.world.runtimes = fakeRuntimesWithCuda
  await mountWindow(fake.host)
  await user.click(await screen.findByRole('button', { name: 'Try it: TensorFlow 2.21.0 (CUDA)' }))
  await screen.findByText(
    /^TensorFlow 2\.21\.0 computes on the processor; it took 1\.9 s to start\. It found no card/,
  )
  expect(screen.queryByRole('button', { name: 'Delete: TensorFlow 2.21.0 (CPU)' })).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Delete: TensorFlow 2.21.0 (CUDA)' }))
  await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Delete' }))
  await screen.findByRole('button', { name: 'Download: TensorFlow 2.21.0 (CUDA)' })
  expect(fake.calls).toContain('runtimes.delete')
})

it('keeps the address of a package index, and refuses one that is not encrypted', async () => {
  const user = userEvent.setup()
  const fake = createFakeHost()
  await mountWindow(fake.host)
  const field = await screen.findByRole('textbox', { name: 'Package index' })
  await user.type(field, 'http://index.example/simple')
  await screen.findByText('Give an https address, such as https://index.example/simple.')
  await user.clear(field)
  await user.type(field, 'https://index.example/simple')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() =>
    expect(fake.world.settings.downloads.package_index).toBe('https://index.example/simple'),
  )
})
