// app:// answers with the files of the map and nothing else.
import { expect, test } from 'vitest'
import { pageReply } from './page-reply.ts'

const files = new Map([
  ['/', { file: '/p/index.html', type: 'text/html; charset=utf-8' }],
  ['/assets/main.js', { file: '/p/assets/main.js', type: 'text/javascript; charset=utf-8' }],
])

test('a listed file comes with its type and the policy', () => {
  const reply = pageReply(files, 'GET', 'app://bundle/assets/main.js?v=1')
  expect(reply).toMatchObject({ status: 200, file: '/p/assets/main.js' })
  expect(reply.headers['Content-Type']).toContain('javascript')
  expect(reply.headers['Content-Security-Policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  )
})

test.each([
  ['app://bundle/../../etc/passwd', 404],
  ['app://bundle/%2e%2e%2f%2e%2e%2fetc/passwd', 404],
  ['app://bundle/..%5c..%5csecret', 404],
  ['app://bundle/assets/main.js%00.html', 404],
  ['app://bundle/%', 404],
  ['app://bundle/assets', 404],
  ['app://other/', 400],
  ['https://bundle/', 400],
])('%s gets %d and no file', (url, status) => {
  expect(pageReply(files, 'GET', url)).toMatchObject({ status, file: null })
})

test('nothing is sent to it', () => {
  expect(pageReply(files, 'POST', 'app://bundle/')).toMatchObject({ status: 405, file: null })
})
