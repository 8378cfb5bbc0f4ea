// The frame of the window: the sidebar at the left, the page at the right; the focus goes to the page when it changes.
import { useEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Route } from './route.ts'
import { hrefOf } from './route.ts'
import { Sidebar } from './sidebar.tsx'
import { useShortcuts } from './use-shortcuts.ts'
import { useStrayDrops } from './use-stray-drops.ts'
import styles from './window-frame.module.css'

export function WindowFrame({
  route,
  banner,
  children,
}: {
  route: Route
  banner: ReactNode
  children: ReactNode
}) {
  const { t } = useTranslation('common')
  const page = useRef<HTMLElement>(null)
  const address = hrefOf(route)
  const shown = useRef(address)
  useShortcuts()
  useStrayDrops()

  useEffect(() => {
    if (shown.current === address) return
    shown.current = address
    page.current?.focus({ preventScroll: true })
    page.current?.scrollTo(0, 0)
  }, [address])

  return (
    <div className={styles.frame}>
      <button type="button" className={styles.skip} onClick={() => page.current?.focus()}>
        {t('nav.skip')}
      </button>
      <Sidebar route={route} />
      <div className={styles.content}>
        {banner}
        <main ref={page} className={styles.page} tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  )
}
