// The language that is shown, and what stands where words have holes.
import { describe, expect, it } from 'vitest'
import { createI18n, languageFor } from './i18n.ts'

describe('languageFor', () => {
  it('takes what the person chose', () => {
    expect(languageFor('zh', ['en-GB'])).toBe('zh')
  })
  it('takes the first language of the desktop that the window speaks', () => {
    expect(languageFor('system', ['fr-FR', 'zh-Hans-CN', 'en'])).toBe('zh')
    expect(languageFor('system', ['en-US', 'zh'])).toBe('en')
  })
  it('speaks English where it knows none of them', () => {
    expect(languageFor('system', ['fr', 'de'])).toBe('en')
    expect(languageFor('system', [])).toBe('en')
  })
})

describe('createI18n', () => {
  it('fills in and counts', () => {
    const { t } = createI18n('en')
    expect(t('stepOf', { step: 3, total: 10 })).toBe('Step 3 of 10')
    expect(t('rows', { count: 1 })).toBe('1 row')
    expect(t('rows', { count: 2 })).toBe('2 rows')
  })
  it('writes large counts as the language does', () => {
    expect(createI18n('en').t('stepOf', { step: 1700, total: 125_000 })).toBe('Step 1,700 of 125,000')
    expect(createI18n('zh').t('rows', { count: 67_349 })).toContain('67,349')
  })
  it('takes the English words of a field from its declaration and the Chinese ones from the file', () => {
    expect(createI18n('en').getResource('en', 'fields', 'warmup_step.title')).toBe('Warm-up steps')
    expect(createI18n('zh').getResource('zh', 'fields', 'warmup_step.title')).toBe('预热步数')
  })
})
