// Queues the sample and goes to its run: the whole program at work after one click.
import { Play } from 'lucide-react'
import { useState, type ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import { navigate } from '../layout/use-route.ts'
import { useStores } from '../stores/use-stores.ts'
import { Button } from '../ui/button.tsx'
import { useReport } from './host-error.tsx'

export function RunSampleButton({
  size = 'regular',
  variant = 'primary',
}: Pick<ComponentProps<typeof Button>, 'size' | 'variant'>) {
  const { t } = useTranslation('home')
  const { jobs } = useStores()
  const report = useReport()
  const [busy, setBusy] = useState(false)
  const start = async () => {
    setBusy(true)
    try {
      const job = await jobs.runSample()
      navigate({ page: 'run', job_id: job.id })
    } catch (thrown) {
      report(thrown)
      setBusy(false)
    }
  }
  return (
    <Button
      variant={variant}
      size={size}
      icon={<Play aria-hidden />}
      busy={busy}
      onClick={() => void start()}
    >
      {t('hero.runSample')}
    </Button>
  )
}
