// Stands where an address leads nowhere, and leads back.
import { Compass } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from '../layout/link.tsx'
import { EmptyState } from '../ui/empty-state.tsx'

export function NotFoundPage({ address }: { address: string }) {
  const { t } = useTranslation('common')
  return (
    <EmptyState
      icon={<Compass />}
      title={t('notFound.title')}
      description={t('notFound.description', { address })}
      action={<Link to={{ page: 'home' }}>{t('notFound.action')}</Link>}
    />
  )
}
