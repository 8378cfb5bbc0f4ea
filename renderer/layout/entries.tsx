// The entries of the sidebar, in order: their page, their icon, and the digit that leads to them with Alt.
import { Box, ChartColumnBig, Database, House, ListOrdered, SlidersHorizontal, SquarePen } from 'lucide-react'
import type { ComponentType } from 'react'
import type { Route } from './route.ts'

export type EntryPage = 'home' | 'models' | 'datasets' | 'new-run' | 'queue' | 'results' | 'settings'

export const ENTRIES: readonly { page: EntryPage; digit: number; icon: ComponentType<{ size?: number }> }[] =
  [
    { page: 'home', digit: 1, icon: House },
    { page: 'models', digit: 2, icon: Box },
    { page: 'datasets', digit: 3, icon: Database },
    { page: 'new-run', digit: 4, icon: SquarePen },
    { page: 'queue', digit: 5, icon: ListOrdered },
    { page: 'results', digit: 6, icon: ChartColumnBig },
    { page: 'settings', digit: 7, icon: SlidersHorizontal },
  ]

/** The entry under which a page stands. */
export function entryOf(route: Route): EntryPage | null {
  switch (route.page) {
    case 'model':
      return 'models'
    case 'dataset':
      return 'datasets'
    case 'run':
      return 'queue'
    case 'not-found':
      return null
    default:
      return route.page
  }
}
