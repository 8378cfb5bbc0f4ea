// A released model comes from a mirror: the program is killed half way, goes on by itself from there, and the model stands in the list.
import { startModelServer } from '../fixtures/model-server.ts'
import { open } from '../fixtures/steps.ts'
import { expect, test } from '../fixtures/workbench.ts'

test('a download outlives a kill of the program and ends as a model', async ({ workbench }) => {
  const server = await startModelServer()
  try {
    await open(workbench.page, 'Settings')
    await workbench.page.getByLabel('Mirror').fill(server.origin)
    await workbench.page.getByRole('button', { name: 'Save' }).click()
    await expect(workbench.page.getByText('Saved', { exact: true })).toBeVisible()

    const card = () => workbench.page.getByRole('article', { name: 'ALBERT base v2' })
    await open(workbench.page, 'Models')
    await card().getByRole('button', { name: 'Download: ALBERT base v2' }).click()
    const megabytes = async () =>
      Number(
        /([\d.]+) MB of/.exec(
          (await card()
            .getByText(/^Downloading/)
            .textContent()) ?? '',
        )?.[1] ?? 0,
      )
    await expect.poll(megabytes).toBeGreaterThan(4)
    expect(server.asked).toEqual([0])

    await workbench.kill()
    await workbench.start()
    await open(workbench.page, 'Models')
    await expect(card().getByText('On this machine')).toBeVisible()
    expect(server.asked).toHaveLength(2)
    expect(server.asked[1]).toBeGreaterThan(4e6) // not from the beginning
    const list = workbench.page.getByRole('table', { name: 'Models on this machine' })
    await expect(list.getByText('ALBERT base v2', { exact: true })).toBeVisible()
  } finally {
    server.close()
  }
})
