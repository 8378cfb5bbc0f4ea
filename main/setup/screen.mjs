// A screen that nobody sees (Xvfb), on a free number, for as long as the tests of the window run.

import { spawn } from 'node:child_process'
import { SetupError } from './setup-error.mjs'

const START_MS = 15_000

/**
 * @template T
 * @param {(display: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withScreen(work) {
  if (process.platform !== 'linux') return work(process.env['DISPLAY'] ?? '')
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const end = () => void server.kill()
  process.on('exit', end)
  try {
    return await work(`:${await displayNumber(server)}`)
  } finally {
    process.off('exit', end)
    end()
  }
}

/**
 * @param {import('node:child_process').ChildProcess} server
 * @returns {Promise<string>}
 */
function displayNumber(server) {
  return new Promise((resolve, reject) => {
    const fail = () =>
      reject(
        new SetupError(
          'Xvfb, the screen for the tests of the window, did not start; install it (Debian: sudo apt-get install xvfb).',
        ),
      )
    const timer = setTimeout(fail, START_MS)
    server.on('error', fail).on('exit', fail)
    const pipe = /** @type {import('node:stream').Readable} */ (server.stdio[3])
    let text = ''
    pipe.on('data', (chunk) => {
      text += String(chunk)
      if (!text.includes('\n')) return
      clearTimeout(timer)
      server.off('exit', fail)
      resolve(text.trim())
    })
  })
}
