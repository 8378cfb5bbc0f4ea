// Keeps the window when a page throws: says so in its place and lets the others be reached.
import { Component, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { ErrorBanner } from '../ui/error-banner.tsx'
import { Page } from '../ui/page-header.tsx'

type State = { thrown: Error | null }

export class PageBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { thrown: null }

  static getDerivedStateFromError(thrown: unknown): State {
    return { thrown: thrown instanceof Error ? thrown : new Error(String(thrown)) }
  }

  override render(): ReactNode {
    const { thrown } = this.state
    return thrown === null ? this.props.children : <Crash thrown={thrown} />
  }
}

function Crash({ thrown }: { thrown: Error }) {
  const { t } = useTranslation('common')
  return (
    <Page>
      <ErrorBanner
        title={t('crash.title')}
        action={
          <Button size="small" onClick={() => window.location.reload()}>
            {t('crash.action')}
          </Button>
        }
      >
        {thrown.message}
      </ErrorBanner>
    </Page>
  )
}
