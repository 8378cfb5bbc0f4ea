// A link to a page of the window; it can be opened by mouse, by keyboard, and in a browser in a new tab.
import type { ReactNode } from 'react'
import { hrefOf, type Route } from './route.ts'

export function Link({
  to,
  className,
  children,
}: {
  to: Route
  className?: string | undefined
  children: ReactNode
}) {
  return (
    <a href={hrefOf(to)} className={className}>
      {children}
    </a>
  )
}
