// Language and colours; what the engine and the program are; where the data lies; whose work is in it.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Settings } from '../../../main/contract/records.ts'
import type { HostInfo } from '../../../main/contract/host.ts'
import { ENTRIES } from '../../layout/entries.tsx'
import { useHostInfo, useSettings, useStores } from '../../stores/use-stores.ts'
import { Button } from '../../ui/button.tsx'
import { StatusBadge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { Page, PageHeader } from '../../ui/page-header.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { notify } from '../../ui/toast.tsx'
import { useReport, useToldWords } from '../host-error.tsx'
import { ModelPlace } from '../models/model-place.tsx'
import { RemoteView } from '../remote-view.tsx'
import { DownloadsCard } from './downloads-card.tsx'
import { LicencesDialog } from './licences-dialog.tsx'
import { RuntimesCard } from './runtimes-card.tsx'
import styles from './settings-page.module.css'

/** Languages call themselves by their own name, whatever the window speaks. */
const OWN_NAMES = { en: 'English', zh: '中文' } as const

export function SettingsPage() {
  const { t } = useTranslation('settings')
  const { t: modelWords } = useTranslation('models')
  const info = useHostInfo()
  return (
    <Page>
      <PageHeader title={t('title')} />
      <div className={styles.columns}>
        <div className={styles.column}>
          <Appearance />
          <DownloadsCard />
          <Shortcuts />
        </div>
        <div className={styles.column}>
          <RuntimesCard />
          <RemoteView of={info} lines={8}>
            {(value) => (
              <>
                <Engine info={value} />
                <DataFolder info={value} />
                <Card title={modelWords('place.title')} flush>
                  <ModelPlace />
                </Card>
              </>
            )}
          </RemoteView>
          <About />
        </div>
      </div>
    </Page>
  )
}

function Appearance() {
  const { t } = useTranslation('settings')
  const { settings: store } = useStores()
  const settings = useSettings()
  const report = useReport()
  const change = (part: Partial<Settings>) => void store.change(part).catch(report)
  return (
    <Card title={t('appearance.title')}>
      <div className={styles.stack}>
        <Segmented
          label={t('appearance.language')}
          value={settings.language}
          onValueChange={(language) => change({ language })}
          options={Settings.shape.language.unwrap().options.map((language) => ({
            value: language,
            label: language === 'system' ? t('appearance.system') : OWN_NAMES[language],
          }))}
        />
        <Segmented
          label={t('appearance.theme')}
          value={settings.theme}
          onValueChange={(theme) => change({ theme })}
          options={Settings.shape.theme.unwrap().options.map((theme) => ({
            value: theme,
            label: t(`appearance.${theme}`),
          }))}
        />
        <p className={styles.note}>{t('appearance.note')}</p>
      </div>
    </Card>
  )
}

function Engine({ info: { tensorflow, runtime, shell, version, files } }: { info: HostInfo }) {
  const told = useToldWords()
  const { t } = useTranslation('settings')
  const { t: common } = useTranslation('common')
  return (
    <Card
      title={t('engine.title')}
      actions={
        <StatusBadge tone={tensorflow.available ? 'success' : 'danger'}>
          {t(tensorflow.available ? 'engine.available' : 'engine.missing')}
        </StatusBadge>
      }
    >
      <dl className={styles.facts}>
        <dt>{t('engine.tensorflow')}</dt>
        <dd>{tensorflow.version ?? common('none')}</dd>
        <dt>{t('engine.message')}</dt>
        <dd>{told(tensorflow)}</dd>
        <dt>{t('program.title')}</dt>
        <dd>
          {common('app.name')} {version}
        </dd>
        <dt>{t('program.as')}</dt>
        <dd>{t(`program.shell.${shell}`)}</dd>
        <dt>{t('program.runtime')}</dt>
        <dd>{runtime}</dd>
        <dt>{t('program.files')}</dt>
        <dd>{t(`program.filesKind.${files}`)}</dd>
      </dl>
    </Card>
  )
}

function DataFolder({ info: { data_dir } }: { info: HostInfo }) {
  const { t } = useTranslation('settings')
  const { t: common } = useTranslation('common')
  const report = useReport()
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(data_dir)
      notify.success(common('copied'))
    } catch (thrown) {
      report(thrown)
    }
  }
  return (
    <Card
      title={t('data.title')}
      actions={
        <Button size="small" onClick={() => void copy()}>
          {t('data.copy')}
        </Button>
      }
    >
      <code className={styles.path}>{data_dir}</code>
      <p className={styles.note}>{t('data.description')}</p>
    </Card>
  )
}

function Shortcuts() {
  const { t } = useTranslation('settings')
  const { t: common } = useTranslation('common')
  return (
    <Card title={t('shortcuts.title')}>
      <dl className={styles.keys}>
        {ENTRIES.map(({ page, digit }) => (
          <div key={page}>
            <dt>{common(`nav.${page}`)}</dt>
            <dd>
              <Kbd>Alt</Kbd> <Kbd>{digit}</Kbd>
            </dd>
          </div>
        ))}
        <div>
          <dt>{t('shortcuts.close')}</dt>
          <dd>
            <Kbd>Esc</Kbd>
          </dd>
        </div>
        <div>
          <dt>{t('shortcuts.move')}</dt>
          <dd>
            <Kbd>↑</Kbd> <Kbd>↓</Kbd>
          </dd>
        </div>
      </dl>
    </Card>
  )
}

function About() {
  const { t } = useTranslation('settings')
  const [reading, setReading] = useState(false)
  return (
    <Card
      title={t('about.title')}
      actions={
        <Button size="small" onClick={() => setReading(true)}>
          {t('about.licences')}
        </Button>
      }
    >
      <div className={styles.stack}>
        <p>{t('about.licence')}</p>
        <p className={styles.note}>{t('about.model')}</p>
      </div>
      {reading && <LicencesDialog onClose={() => setReading(false)} />}
    </Card>
  )
}
