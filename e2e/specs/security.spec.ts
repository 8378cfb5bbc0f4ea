// The page is shut in: no Node, no foreign addresses, no new windows, and only the one door to the host.
import { open } from '../fixtures/steps.ts'
import { expect, test } from '../fixtures/workbench.ts'

test('the page has no Node and one door with three functions at most', async ({ workbench }) => {
  const { page, shell } = workbench
  await open(page, 'Home')
  const seen = await page.evaluate(() => ({
    process: typeof Reflect.get(globalThis, 'process'),
    require: typeof Reflect.get(globalThis, 'require'),
    door: Object.keys((Reflect.get(globalThis, 'albertHost') as object | undefined) ?? {}).sort(),
  }))
  expect(seen.process).toBe('undefined')
  expect(seen.require).toBe('undefined')
  expect(seen.door).toEqual(shell === 'desktop' ? ['addFile', 'call', 'listen'] : [])
})

test('injected scripts do not run and foreign addresses are not reached', async ({ workbench }) => {
  const { page } = workbench
  await open(page, 'Home')
  const outcome = await page.evaluate(async () => {
    const violations: string[] = []
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective))
    const script = document.createElement('script')
    script.textContent = 'window.injected = true'
    document.body.append(script)
    const answer = await fetch('http://127.0.0.1:9/').then(
      () => 'reached',
      () => 'refused',
    )
    await new Promise((resolve) => setTimeout(resolve, 200))
    return { injected: Reflect.get(window, 'injected') === true, answer, violations }
  })
  expect(outcome.injected).toBe(false)
  expect(outcome.answer).toBe('refused')
  expect(outcome.violations).toContain('script-src-elem')
  expect(outcome.violations).toContain('connect-src')
})

test('the window opens no other windows and goes nowhere', async ({ workbench, shell }) => {
  test.skip(shell === 'server', 'a browser tab may go where its person goes')
  const { page } = workbench
  await open(page, 'Home')
  const before = page.url()
  expect(await page.evaluate(() => window.open('https://example.invalid/') === null)).toBe(true)
  await page.evaluate(() => {
    location.href = 'https://example.invalid/'
  })
  await page.waitForTimeout(500)
  expect(page.url()).toBe(before)
})
