// A component and a host in, the component on a page with its stores and words out.
import { render, type RenderResult } from '@testing-library/react'
import type { ReactNode } from 'react'
import { I18nextProvider } from 'react-i18next'
import { createI18n } from '../i18n/i18n.ts'
import type { Language } from '../i18n/resources.ts'
import { createStores, type Stores } from '../stores/stores.ts'
import { StoresContext } from '../stores/use-stores.ts'
import { Toaster } from '../ui/toast.tsx'
import { TooltipProvider } from '../ui/tooltip.tsx'
import { createFakeHost, type FakeHost } from './fake-host.ts'
import { prepareDom } from './prepare-dom.ts'

/** Draws what stands inside the window, over a host in memory. */
export function renderInWindow(
  children: ReactNode,
  { fake = createFakeHost(), language = 'en' }: { fake?: FakeHost; language?: Language } = {},
): RenderResult & { fake: FakeHost; stores: Stores } {
  prepareDom()
  const stores = createStores(fake.host)
  const result = render(
    <I18nextProvider i18n={createI18n(language)}>
      <StoresContext.Provider value={stores}>
        <TooltipProvider>
          {children}
          <Toaster />
        </TooltipProvider>
      </StoresContext.Provider>
    </I18nextProvider>,
  )
  return { ...result, fake, stores }
}
