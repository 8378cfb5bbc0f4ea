// Keys that lead to a page from anywhere: Alt and the entry's digit. Alt leaves the browser's own keys alone.
import { useEffect } from 'react'
import { ENTRIES } from './entries.tsx'
import { navigate } from './use-route.ts'

/** Listens while the window stands. A dialog keeps its keys: behind it nothing moves. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
      if (document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return
      const entry = ENTRIES.find(({ digit }) => event.code === `Digit${digit}`)
      if (entry === undefined) return
      event.preventDefault()
      navigate({ page: entry.page })
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}
