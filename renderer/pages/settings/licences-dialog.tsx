// Everything the program is made of besides its own code, with its licence: the list that is kept in assets/licences.md.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../ui/dialog.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Table } from '../../ui/table.tsx'
import { licenceRows, type LicenceRow } from './licence-rows.ts'

export function LicencesDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('settings')
  const [rows, setRows] = useState<LicenceRow[] | null>(null)
  useEffect(() => {
    void import('../../../assets/licences.md?raw').then(({ default: text }) => setRows(licenceRows(text)))
  }, [])
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={t('about.licencesTitle')}
    >
      {rows === null ? (
        <Skeleton lines={10} />
      ) : (
        <Table
          label={t('about.licencesTitle')}
          dense
          maxHeight="60vh"
          head={
            <tr>
              <th scope="col">{t('about.part')}</th>
              <th scope="col">{t('about.partVersion')}</th>
              <th scope="col">{t('about.partLicence')}</th>
            </tr>
          }
        >
          {rows.map(({ name, version, licence }) => (
            <tr key={`${name} ${version}`}>
              <td>{name}</td>
              <td>{version}</td>
              <td>{licence}</td>
            </tr>
          ))}
        </Table>
      )}
    </Dialog>
  )
}
