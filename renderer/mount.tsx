// A host in, the window on the page out, in the language and colours that the person chose.
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import type { HostClient } from '../main/contract/host.ts'
import { App } from './app.tsx'
import { createI18n, languageFor } from './i18n/i18n.ts'
import { createStores } from './stores/stores.ts'
import { StoresContext } from './stores/use-stores.ts'
import './theme/tokens.css'
import './theme/base.css'
import { applyTheme } from './theme/theme.ts'

/** Longest wait for the settings before the window is drawn without them, in milliseconds. */
const SETTINGS_WAIT = 500

/** Mounts the window into `#root`. @returns takes it off again */
export async function mount(host: HostClient): Promise<() => void> {
  const stores = createStores(host)
  await Promise.race([settingsOf(stores.settings), new Promise((done) => setTimeout(done, SETTINGS_WAIT))])

  const i18n = createI18n(languageFor(stores.settings.getState().settings.language, navigator.languages))
  const put = () => {
    const { language, theme } = stores.settings.getState().settings
    applyTheme(theme)
    const spoken = languageFor(language, navigator.languages)
    document.documentElement.lang = spoken === 'zh' ? 'zh-CN' : 'en'
    if (i18n.language !== spoken) void i18n.changeLanguage(spoken)
  }
  put()
  const stop = stores.settings.subscribe(put)
  window.addEventListener('languagechange', put)

  const element = document.getElementById('root')
  if (element === null) throw new Error('The page has no #root to draw into.')
  const root = createRoot(element)
  root.render(
    <StrictMode>
      <I18nextProvider i18n={i18n}>
        <StoresContext.Provider value={stores}>
          <App />
        </StoresContext.Provider>
      </I18nextProvider>
    </StrictMode>,
  )
  return () => {
    root.unmount()
    stop()
    window.removeEventListener('languagechange', put)
  }
}

/** Resolves once the settings have come. */
function settingsOf(settings: ReturnType<typeof createStores>['settings']): Promise<void> {
  return new Promise((done) => {
    if (settings.getState().loaded) return done()
    const stop = settings.subscribe(({ loaded }) => {
      if (!loaded) return
      stop()
      done()
    })
  })
}
