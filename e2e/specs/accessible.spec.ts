// Every page in both themes and both languages: no violation of the accessibility rules, and no word without a translation.
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures/workbench.ts'

const PAGES = ['home', 'models', 'datasets', 'new-run', 'queue', 'results', 'settings']

test('every page passes the accessibility rules in both themes and languages', async ({ workbench }) => {
  const { page } = workbench
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  for (const [theme, language] of [
    ['light', 'en'],
    ['dark', 'zh'],
  ] as const) {
    await setLook(page, theme, language)
    for (const name of PAGES) {
      await page.evaluate((hash) => (location.hash = hash), `#/${name === 'home' ? '' : name}`)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
      expect(found, `${name} in ${theme} and ${language}`).toEqual([])
    }
  }
  expect(
    complaints,
    'what the browser complained of, such as a breach of the content security policy',
  ).toEqual([])
})

async function setLook(page: Page, theme: 'light' | 'dark', language: 'en' | 'zh') {
  await page.evaluate(() => (location.hash = '#/settings'))
  const words = language === 'en' ? { light: 'Light', dark: 'Dark' } : { light: '浅色', dark: '深色' }
  await page.getByText(language === 'en' ? 'English' : '中文', { exact: true }).click()
  await page.getByText(words[theme], { exact: true }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
  await expect(page.locator('html')).toHaveAttribute('lang', language === 'en' ? /^en/ : /^zh/)
}
