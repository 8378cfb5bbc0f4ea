// The window: the sidebar, what must be said above every page, and the page of this moment.
import { lazy, Suspense, type ComponentType } from 'react'
import { ConnectionBanner } from './layout/connection-banner.tsx'
import { PageBoundary } from './layout/page-boundary.tsx'
import { hrefOf, type Route } from './layout/route.ts'
import { useRoute } from './layout/use-route.ts'
import { WindowFrame } from './layout/window-frame.tsx'
import { DatasetPage } from './pages/datasets/dataset-page.tsx'
import { DatasetsPage } from './pages/datasets/datasets-page.tsx'
import { HomePage } from './pages/home/home-page.tsx'
import { ModelsPage } from './pages/models/models-page.tsx'
import { NotFoundPage } from './pages/not-found-page.tsx'
import { SettingsPage } from './pages/settings/settings-page.tsx'
import { TooltipProvider } from './ui/tooltip.tsx'
import { Toaster } from './ui/toast.tsx'

/** Pages with charts or long forms come in files of their own, so that the window opens sooner. */
function later<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async () => ({ default: await load() }))
}
const ModelPage = later(async () => (await import('./pages/models/model-page.tsx')).ModelPage)
const NewRunPage = later(async () => (await import('./pages/new-run/new-run-page.tsx')).NewRunPage)
const QueuePage = later(async () => (await import('./pages/queue/queue-page.tsx')).QueuePage)
const RunPage = later(async () => (await import('./pages/run/run-page.tsx')).RunPage)
const ResultsPage = later(async () => (await import('./pages/results/results-page.tsx')).ResultsPage)

export function App() {
  const route = useRoute()
  return (
    <TooltipProvider>
      <WindowFrame route={route} banner={<ConnectionBanner />}>
        <PageBoundary key={hrefOf(route)}>
          <Suspense fallback={null}>
            <PageOf route={route} />
          </Suspense>
        </PageBoundary>
      </WindowFrame>
      <Toaster />
    </TooltipProvider>
  )
}

function PageOf({ route }: { route: Route }) {
  switch (route.page) {
    case 'home':
      return <HomePage />
    case 'models':
      return <ModelsPage />
    case 'datasets':
      return <DatasetsPage />
    case 'model':
      return <ModelPage model_id={route.model_id} />
    case 'dataset':
      return <DatasetPage dataset_id={route.dataset_id} />
    case 'new-run':
      return (
        <NewRunPage
          {...(route.dataset_id !== undefined && { dataset_id: route.dataset_id })}
          {...(route.model_id !== undefined && { model_id: route.model_id })}
          {...(route.from_job_id !== undefined && { from_job_id: route.from_job_id })}
        />
      )
    case 'queue':
      return <QueuePage />
    case 'run':
      return <RunPage job_id={route.job_id} />
    case 'results':
      return <ResultsPage />
    case 'settings':
      return <SettingsPage />
    case 'not-found':
      return <NotFoundPage address={route.address} />
  }
}
