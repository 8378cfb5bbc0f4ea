// A language in, the window's words out: i18next over one JSON file for each page and language.
import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { LANGUAGES, NAMESPACES, resources, type Language } from './resources.ts'

/** An i18next of its own, ready at once: nothing is fetched. */
export function createI18n(language: Language): i18n {
  const instance = i18next.createInstance()
  void instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    supportedLngs: LANGUAGES,
    ns: NAMESPACES,
    defaultNS: 'common',
    resources,
    initAsync: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  })
  return instance
}

/** The language to show: the chosen one, or for `system` the first one of the desktop's that the window speaks. */
export function languageFor(choice: 'system' | Language, preferred: readonly string[]): Language {
  if (choice !== 'system') return choice
  for (const tag of preferred) {
    const spoken = LANGUAGES.find((language) => tag.toLowerCase().split('-')[0] === language)
    if (spoken !== undefined) return spoken
  }
  return 'en'
}
