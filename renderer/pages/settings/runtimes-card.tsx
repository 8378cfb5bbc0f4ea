// What runs compute on, the builds of TensorFlow for it with their sizes and states, and what was found of NVIDIA.
import { Play, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  WantedDevice,
  type EngineRuntime,
  type Nvidia,
  type RuntimeReport,
  type RuntimeTrial,
} from '../../../main/contract/runtimes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useRuntimes, useSettings, useStores } from '../../stores/use-stores.ts'
import { AlertDialog } from '../../ui/alert-dialog.tsx'
import { Badge, StatusBadge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { notify } from '../../ui/toast.tsx'
import { StartButton } from '../downloads/start-button.tsx'
import { useReport } from '../host-error.tsx'
import { RemoteView } from '../remote-view.tsx'
import styles from './runtimes-card.module.css'

export function RuntimesCard() {
  const { t } = useTranslation('settings')
  const { runtimes } = useStores()
  const report = useRuntimes()
  useEffect(() => void runtimes.refresh(), [runtimes]) // a driver may have come since the window opened
  return (
    <Card title={t('runtimes.title')} description={t('runtimes.description')}>
      <RemoteView of={report} lines={5}>
        {(value) => <Runtimes report={value} />}
      </RemoteView>
    </Card>
  )
}

function Runtimes({ report: { runtimes, nvidia, chosen } }: { report: RuntimeReport }) {
  const { t } = useTranslation('settings')
  const { settings: store } = useStores()
  const { device } = useSettings()
  const { gap } = useFormat()
  const report = useReport()
  return (
    <div className={styles.stack}>
      {runtimes.some((one) => one.device === 'cuda') && (
        <Segmented
          label={t('runtimes.computeOn')}
          value={device}
          onValueChange={(next) => void store.change({ device: next }).catch(report)}
          options={WantedDevice.options.map((value) => ({ value, label: t(`runtimes.wanted.${value}`) }))}
        />
      )}
      <p className={styles.reason} role="status">
        {t(`runtimes.reason.${chosen.reason}`)}
        {gap}
        <NvidiaWords nvidia={nvidia} />
      </p>
      <ul className={styles.list}>
        {runtimes.map((runtime) => (
          <li key={runtime.id} className={styles.runtime}>
            <OneRuntime runtime={runtime} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function NvidiaWords({ nvidia: { state, driver_version, gpus } }: { nvidia: Nvidia }) {
  const { t } = useTranslation('settings')
  const { bytes } = useFormat()
  const cards = gpus.map(({ name, memory_bytes, compute_capability }) =>
    [
      name,
      memory_bytes === null ? null : bytes(memory_bytes),
      compute_capability === null ? null : t('runtimes.nvidia.capability', { value: compute_capability }),
    ]
      .filter((part) => part !== null)
      .join(', '),
  )
  return t(`runtimes.nvidia.${state}`, {
    version: driver_version ?? '',
    cards: cards.join('; ') || t('runtimes.nvidia.card'),
    interpolation: { escapeValue: false },
  })
}

const TONES: Record<EngineRuntime['state'], Tone> = {
  absent: 'neutral',
  installed: 'success',
  damaged: 'danger',
}

function OneRuntime({ runtime }: { runtime: EngineRuntime }) {
  const { t } = useTranslation('settings')
  const { bytes, gap } = useFormat()
  const { id, device, version, state, origin, in_use, packed_bytes, unpacked_bytes, licences } = runtime
  const name = t('runtimes.name', { version: version ?? '', device: t(`runtimes.device.${device}`) }).trim()
  const sizes =
    state === 'installed'
      ? t('runtimes.onDisk', { size: bytes(unpacked_bytes) })
      : t('runtimes.toFetch', { packed: bytes(packed_bytes), unpacked: bytes(unpacked_bytes) })
  return (
    <>
      <div className={styles.head}>
        <span className={styles.name}>{name}</span>
        <StatusBadge tone={TONES[state]}>{t(`runtimes.state.${state}`)}</StatusBadge>
        {in_use && <Badge tone="accent">{t('runtimes.inUse')}</Badge>}
      </div>
      <p className={styles.note}>
        {[
          t(`runtimes.about.${device}`),
          sizes,
          ...(origin === 'program' ? [t('runtimes.withProgram')] : []),
          t('runtimes.licences', { names: licences.join(', ') }),
        ].join(gap)}
      </p>
      <div className={styles.actions}>
        {state !== 'installed' && packed_bytes > 0 && (
          <StartButton item={{ kind: 'runtime', item_id: id }} name={name} />
        )}
        {state === 'installed' && <Try runtime={runtime} name={name} />}
        {origin === 'fetched' && <Remove runtime={runtime} name={name} />}
      </div>
    </>
  )
}

/** Starts it in a process of its own; what that says stays until the next try. */
function Try({ runtime: { id, device }, name }: { runtime: EngineRuntime; name: string }) {
  const { t } = useTranslation('settings')
  const { number } = useFormat()
  const { runtimes } = useStores()
  const report = useReport()
  const [busy, setBusy] = useState(false)
  const [trial, setTrial] = useState<RuntimeTrial | null>(null)
  const start = async () => {
    setBusy(true)
    try {
      setTrial(await runtimes.try(id))
    } catch (thrown) {
      setTrial(null)
      report(thrown)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button
        size="small"
        busy={busy}
        icon={<Play size={14} aria-hidden />}
        aria-label={t('runtimes.named', { action: t('runtimes.try'), name })}
        onClick={() => void start()}
      >
        {t('runtimes.try')}
      </Button>
      <p className={styles.trial} role="status">
        {trial !== null && (
          <>
            {t('runtimes.tried', {
              version: trial.tensorflow_version,
              device: t(`runtimes.on.${trial.device}`),
              seconds: number(Math.round(10 * trial.seconds) / 10),
            })}
            {device === 'cuda' && trial.device === 'CPU'
              ? ` ${t('runtimes.withoutCard')}`
              : trial.notice !== null && ` ${trial.notice}`}
          </>
        )}
      </p>
    </>
  )
}

function Remove({
  runtime: { id, processes, unpacked_bytes },
  name,
}: {
  runtime: EngineRuntime
  name: string
}) {
  const { t } = useTranslation('settings')
  const { bytes } = useFormat()
  const { runtimes } = useStores()
  const report = useReport()
  const [asking, setAsking] = useState(false)
  const remove = async () => {
    try {
      notify.success(t('runtimes.removed', { name, size: bytes(await runtimes.remove(id)) }))
    } catch (thrown) {
      report(thrown)
    }
  }
  return (
    <>
      <Button
        size="small"
        variant="quiet"
        disabled={processes > 0}
        title={processes > 0 ? t('runtimes.busy') : undefined}
        icon={<Trash2 size={14} aria-hidden />}
        aria-label={t('runtimes.named', { action: t('runtimes.remove'), name })}
        onClick={() => setAsking(true)}
      >
        {t('runtimes.remove')}
      </Button>
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('runtimes.removeTitle', { name })}
        description={t('runtimes.removeDescription', { size: bytes(unpacked_bytes) })}
        confirmLabel={t('runtimes.remove')}
        onConfirm={() => void remove()}
      />
    </>
  )
}
