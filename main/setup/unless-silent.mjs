// Runs a program that downloads, and gives it up when nothing has arrived for a while: a host that is out of reach may never say so.

import { bytesBelow } from './cache.mjs'
import { runCommand } from './run-command.mjs'

const LOOK_MS = 500

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, silentMs: number, onBytes: (bytes: number) => void }} options `cwd`: where files arrive
 */
export async function runUnlessSilent(command, args, { cwd, env, silentMs, onBytes }) {
  const abort = new AbortController()
  let seen = -1
  let heard = Date.now()
  const timer = setInterval(() => {
    void bytesBelow(cwd).then((bytes) => {
      if (bytes !== seen) heard = Date.now()
      seen = bytes
      onBytes(bytes)
      if (Date.now() - heard > silentMs) abort.abort()
    })
  }, LOOK_MS)
  const onOutput = () => void (heard = Date.now())
  return runCommand(command, args, { cwd, env, signal: abort.signal, onOutput }).finally(() =>
    clearInterval(timer),
  )
}
