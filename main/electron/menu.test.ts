// The menu is complete in both languages, and has no entry of its own making.
import { expect, test } from 'vitest'
import { menuTemplate } from './menu.ts'
import { wordsFor } from './words.ts'

test('the language is that of the settings, or of the system', () => {
  expect(wordsFor('system', 'zh-CN').quit).toBe('退出')
  expect(wordsFor('system', 'de-DE').quit).toBe('Quit')
  expect(wordsFor('en', 'zh-CN').quit).toBe('Quit')
  expect(wordsFor('zh', 'en-US').quit).toBe('退出')
})

test.each(['en', 'zh'] as const)('every entry of %s has a role and a word', (language) => {
  for (const platform of ['linux', 'win32', 'darwin'] as const) {
    const template = menuTemplate(wordsFor(language, ''), platform)
    const entries = template.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []))
    for (const entry of entries) {
      if (entry.type === 'separator') continue
      expect(entry.role).toBeDefined()
      expect(entry.label).toBeTruthy()
    }
    expect(template.some(({ role }) => role === 'appMenu')).toBe(platform === 'darwin')
  }
})
