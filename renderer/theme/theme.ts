// The chosen theme in, the page's colours out; components that draw on a canvas learn here when the colours change.
import { useSyncExternalStore } from 'react'

export type ThemeChoice = 'system' | 'light' | 'dark'
export type ThemeName = 'light' | 'dark'

const listeners = new Set<() => void>()
let stopFollowing: () => void = () => undefined

/** Puts a theme on the page. With `system` it follows the desktop's setting until the next call. */
export function applyTheme(choice: ThemeChoice): void {
  stopFollowing()
  const darkQuery = window.matchMedia('(prefers-color-scheme: dark)')
  const put = () => {
    const name = choice === 'system' ? (darkQuery.matches ? 'dark' : 'light') : choice
    document.documentElement.dataset['theme'] = name
    for (const listener of listeners) listener()
  }
  if (choice === 'system') {
    darkQuery.addEventListener('change', put)
    stopFollowing = () => darkQuery.removeEventListener('change', put)
  } else {
    stopFollowing = () => undefined
  }
  put()
}

/** The theme on the page; the component is drawn again when it changes. */
export function useThemeName(): ThemeName {
  return useSyncExternalStore(subscribe, currentTheme)
}

function currentTheme(): ThemeName {
  return document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light'
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
