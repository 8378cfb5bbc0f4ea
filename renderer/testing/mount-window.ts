// A host in, the whole window on the page out, until the end of the test.
import { act } from '@testing-library/react'
import { afterEach } from 'vitest'
import { mount } from '../mount.tsx'
import type { FakeHost } from './fake-host.ts'

const mounted = new Set<() => void>()

afterEach(() => {
  for (const unmount of mounted) act(unmount)
  mounted.clear()
})

/** Needs `#root` on the page. */
export async function mountWindow(host: FakeHost['host']): Promise<void> {
  mounted.add(await mount(host))
}
