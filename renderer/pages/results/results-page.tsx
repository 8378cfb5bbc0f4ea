// The results: one's own finished runs in a table, and the published comparison of v1 and v2 with one's own runs in it.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePublishedResults, useResults } from '../../stores/use-stores.ts'
import { Page, PageHeader } from '../../ui/page-header.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { RemoteView } from '../remote-view.tsx'
import { PublishedView } from './published-view.tsx'
import { ResultsTable } from './results-table.tsx'

export function ResultsPage() {
  const { t } = useTranslation('results')
  const results = useResults()
  const published = usePublishedResults()
  const [tab, setTab] = useState('own')
  return (
    <Page>
      <PageHeader title={t('title')} description={t('description')} />
      <Tabs
        label={t('tabs.label')}
        value={tab}
        onValueChange={setTab}
        tabs={[
          {
            value: 'own',
            label: t('tabs.own'),
            content: <RemoteView of={results}>{(value) => <ResultsTable results={value} />}</RemoteView>,
          },
          {
            value: 'published',
            label: t('tabs.published'),
            content: (
              <RemoteView of={published}>
                {(value) => (
                  <PublishedView
                    published={value}
                    results={results.status === 'ready' ? results.value : NONE}
                  />
                )}
              </RemoteView>
            ),
          },
        ]}
      />
    </Page>
  )
}

const NONE: readonly never[] = []
