// What a prediction comes from in, a button out that has it answer a file without labels.
import { ScanText } from 'lucide-react'
import { useState, type ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { PredictDialog } from './predict-dialog.tsx'

export function PredictButton(asked: Omit<ComponentProps<typeof PredictDialog>, 'onClose'>) {
  const { t } = useTranslation('predict')
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button icon={<ScanText aria-hidden />} onClick={() => setOpen(true)}>
        {t('action')}
      </Button>
      {open && <PredictDialog {...asked} onClose={() => setOpen(false)} />}
    </>
  )
}
