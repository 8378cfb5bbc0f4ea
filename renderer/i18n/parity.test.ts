// Every word stands in every language, with the same placeholders, and none is empty.
import { describe, expect, it } from 'vitest'
import { LANGUAGES, NAMESPACES, resources, type Language, type Namespace } from './resources.ts'

const PLURAL = /_(zero|one|two|few|many|other)$/

/** `nav.home` → the words; plural forms under their common key, told apart by the suffix. */
function wordsOf(language: Language, namespace: Namespace): Map<string, string> {
  const found = new Map<string, string>()
  const visit = (value: unknown, path: string): void => {
    if (typeof value === 'string') found.set(path, value)
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) visit(inner, path === '' ? key : `${path}.${key}`)
    } else throw new Error(`${language}/${namespace}: ${path} is neither words nor a group of words`)
  }
  visit(resources[language][namespace], '')
  return found
}

const baseKeys = (words: Map<string, string>) =>
  [...new Set([...words.keys()].map((key) => key.replace(PLURAL, '')))].sort()

const placeholdersOf = (text: string) =>
  [...new Set([...text.matchAll(/{{\s*([\w.]+)[^}]*}}/g)].map((m) => m[1]))].sort()

/** All placeholders of a key, over its plural forms: "one row" may leave the count out. */
const placeholdersAt = (words: Map<string, string>, base: string) =>
  [
    ...new Set(
      [...words]
        .filter(([key]) => key.replace(PLURAL, '') === base)
        .flatMap(([, text]) => placeholdersOf(text)),
    ),
  ].sort()

describe.each(NAMESPACES)('the words of %s', (namespace) => {
  const english = wordsOf('en', namespace)

  it.each(LANGUAGES.filter((language) => language !== 'en'))(
    'stand in %s under the same keys',
    (language) => {
      expect(baseKeys(wordsOf(language, namespace))).toEqual(baseKeys(english))
    },
  )

  it.each(LANGUAGES.filter((language) => language !== 'en'))(
    'have the same placeholders in %s',
    (language) => {
      const words = wordsOf(language, namespace)
      for (const base of baseKeys(english)) {
        expect({ key: base, placeholders: placeholdersAt(words, base) }).toEqual({
          key: base,
          placeholders: placeholdersAt(english, base),
        })
      }
    },
  )

  it.each([...LANGUAGES])(
    'are all there in %s: none empty, every plural form that the language has',
    (language) => {
      const words = wordsOf(language, namespace)
      const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories
      for (const [key, text] of words) {
        expect(text.trim(), key).not.toBe('')
        if (!PLURAL.test(key)) continue
        const base = key.replace(PLURAL, '')
        for (const category of categories)
          expect(words.has(`${base}_${category}`), `${base}_${category}`).toBe(true)
      }
    },
  )

  it('are Chinese in zh where the English ones are words', () => {
    const chinese = wordsOf('zh', namespace)
    const untranslated = [...chinese].filter(
      ([key, text]) => text === english.get(key) && /[a-z]{4,} [a-z]{3,}/i.test(text),
    )
    expect(untranslated).toEqual(
      untranslated.filter(([, text]) => /^ALBERT Workbench$|ALBERT: A Lite BERT/.test(text)),
    )
  })
})
