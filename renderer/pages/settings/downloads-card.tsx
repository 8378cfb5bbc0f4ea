// How downloads are made: from where, through what, how many at once, or not at all.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DownloadSettings } from '../../../main/contract/download-settings.ts'
import { useSettings, useStores } from '../../stores/use-stores.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { Switch } from '../../ui/switch.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { notify } from '../../ui/toast.tsx'
import { useReport } from '../host-error.tsx'
import styles from './settings-page.module.css'

/** What an address of each kind looks like. */
const EXAMPLES = {
  mirror: 'https://mirror.example/{path}',
  package_index: 'https://index.example/simple',
  proxy: 'http://proxy.example:3128',
} as const
type Address = keyof typeof EXAMPLES
const ADDRESSES = Object.keys(EXAMPLES) as Address[]

export function DownloadsCard() {
  const { t } = useTranslation('downloads')
  const { settings: store } = useStores()
  const { downloads } = useSettings()
  const report = useReport()
  const [draft, setDraft] = useState<Partial<Pick<DownloadSettings, Address>>>({})
  const [limit, setLimit] = useState<number | null>(downloads.limit)
  const change = (part: Partial<DownloadSettings>) => store.change({ downloads: { ...downloads, ...part } })

  const { mirror, package_index, proxy } = downloads
  const wanted = { mirror, package_index, proxy, ...draft }
  const isNew = ADDRESSES.some((field) => wanted[field] !== downloads[field])
  const errorOf = (field: Address): string | undefined =>
    DownloadSettings.shape[field].safeParse(wanted[field]).success ? undefined : t(`settings.bad.${field}`)
  const isWrong = ADDRESSES.some((field) => errorOf(field) !== undefined)

  const save = async () => {
    try {
      await change(wanted)
      setDraft({})
      notify.success(t('settings.saved'))
    } catch (thrown) {
      report(thrown)
    }
  }
  return (
    <Card title={t('settings.title')}>
      <div className={styles.stack}>
        <Switch
          label={t('settings.offline')}
          hint={t('settings.offlineHint')}
          checked={downloads.offline}
          onCheckedChange={(offline) => void change({ offline }).catch(report)}
        />
        {ADDRESSES.map((field) => (
          <TextField
            key={field}
            label={t(`settings.${field}`)}
            hint={t(`settings.${field}Hint`)}
            placeholder={EXAMPLES[field]}
            monospace
            value={wanted[field]}
            error={errorOf(field)}
            onValueChange={(address) => setDraft({ ...draft, [field]: address.trim() })}
          />
        ))}
        {isNew && (
          <div>
            <Button variant="primary" disabled={isWrong} onClick={() => void save()}>
              {t('settings.save')}
            </Button>
          </div>
        )}
        <NumberField
          label={t('settings.limit')}
          value={limit}
          minimum={1}
          maximum={8}
          error={DownloadSettings.shape.limit.safeParse(limit).success ? undefined : t('settings.bad.limit')}
          onValueChange={(value) => {
            setLimit(value)
            const read = DownloadSettings.shape.limit.safeParse(value)
            if (value !== null && read.success) void change({ limit: read.data }).catch(report)
          }}
        />
      </div>
    </Card>
  )
}
