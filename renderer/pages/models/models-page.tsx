// The models: those that are on this machine, and the released ones that can be fetched.
import { useTranslation } from 'react-i18next'
import { Page, PageHeader } from '../../ui/page-header.tsx'
import { CatalogueSection } from './catalogue-section.tsx'
import { OnThisMachine } from './on-this-machine.tsx'

export function ModelsPage() {
  const { t } = useTranslation('models')
  return (
    <Page>
      <PageHeader title={t('title')} description={t('description')} />
      <OnThisMachine />
      <CatalogueSection />
    </Page>
  )
}
