// Every test file of the window: what a test drew is gone after it, and what was still to be drawn is done before the page is gone.
import { cleanup, configure } from '@testing-library/react'
import { afterAll, afterEach } from 'vitest'

/** A busy machine draws late; a test that waits in vain waits this long, in milliseconds. */
configure({ asyncUtilTimeout: 15_000 })

afterEach(cleanup)

/** React draws in turns of the event loop; one that came after the page is gone would be an error of no test. */
afterAll(async () => {
  for (let turn = 0; turn < 3; turn++) await new Promise((done) => setTimeout(done))
})
