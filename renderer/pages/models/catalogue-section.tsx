// The released models as cards, by release: what each is, what it scored, and its way onto this machine.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CatalogueModel } from '../../../main/contract/catalogue.ts'
import { useCatalogueModels, usePublishedResults } from '../../stores/use-stores.ts'
import { readyOr } from '../../stores/remote.ts'
import { Segmented } from '../../ui/segmented.tsx'
import { RemoteView } from '../remote-view.tsx'
import { CatalogueCard } from './catalogue-card.tsx'
import styles from './catalogue.module.css'

const RELEASES = ['v2', 'v1', 'zh'] as const satisfies readonly CatalogueModel['release'][]

export function CatalogueSection() {
  const { t } = useTranslation('downloads')
  const models = useCatalogueModels()
  const published = readyOr(usePublishedResults(), null)
  const [release, setRelease] = useState<CatalogueModel['release']>('v2')
  return (
    <section className={styles.section} aria-label={t('catalogue.title')}>
      <header className={styles.head}>
        <div>
          <h2 className={styles.title}>{t('catalogue.title')}</h2>
          <p className={styles.note}>{t(`catalogue.about.${release}`)}</p>
        </div>
        <Segmented
          label={t('catalogue.release')}
          value={release}
          onValueChange={setRelease}
          options={RELEASES.map((value) => ({ value, label: t(`catalogue.releases.${value}`) }))}
        />
      </header>
      <RemoteView of={models} lines={8}>
        {(all) => (
          <div className={styles.cards}>
            {all
              .filter((model) => model.release === release)
              .map((model) => (
                <CatalogueCard key={model.id} model={model} published={published} />
              ))}
          </div>
        )}
      </RemoteView>
    </section>
  )
}
