// What the host was asked for in; its page, its waiting or its refusal out.
import type { ReactNode } from 'react'
import type { Remote } from '../stores/remote.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { HostErrorBanner } from './host-error.tsx'

/** @param children draws the value once it is there */
export function RemoteView<Value>({
  of,
  lines = 4,
  children,
}: {
  of: Remote<Value>
  /** Lines of the placeholder while it loads. */
  lines?: number
  children: (value: Value) => ReactNode
}) {
  switch (of.status) {
    case 'loading':
      return <Skeleton lines={lines} />
    case 'failed':
      return <HostErrorBanner error={of.error} />
    case 'ready':
      return children(of.value)
  }
}
