// Loaded into another package's install script before it runs: notes the sha256 of everything the script downloads, for us to compare.

const { createHash } = require('node:crypto')
const { appendFileSync } = require('node:fs')
const http = require('node:http')
const https = require('node:https')

const list = process.env['ALBERT_DOWNLOADS']

for (const client of [http, https]) {
  const get = client.get
  client.get = (/** @type {any[]} */ ...args) => {
    const request = Reflect.apply(get, client, args)
    request.prependListener('response', (/** @type {import('node:http').IncomingMessage} */ response) => {
      const hash = createHash('sha256')
      const file = (request.path ?? '').split('?')[0]?.split('/').at(-1) ?? ''
      // The script's own listener is called next and in the same tick, so no byte flows before it has its pipe.
      response.on('data', (chunk) => hash.update(chunk))
      response.on('end', () => {
        if (list && response.statusCode === 200) appendFileSync(list, `${file} ${hash.digest('hex')}\n`)
      })
    })
    return request
  }
}
