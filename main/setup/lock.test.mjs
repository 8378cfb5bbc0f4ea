import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, stat, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { withLock } from './lock.mjs'
import { temporaryFolder } from './testing/temporary-folder.mjs'

test('two that want the same lock go one after the other, and the second is told of the first', async () => {
  const file = path.join(await temporaryFolder(), 'step.lock')
  /** @type {string[]} */
  const order = []
  /** @param {string} name */
  const work = (name) => async () => {
    order.push(`${name} in`)
    await sleep(50)
    order.push(`${name} out`)
  }
  const waiting = /** @type {string[]} */ ([])
  await Promise.all(
    ['a', 'b', 'c'].map((name) => withLock(file, work(name), (holder) => waiting.push(holder))),
  )
  for (let at = 0; at < order.length; at += 2) expect(order[at + 1]).toBe(order[at]?.replace('in', 'out'))
  expect(waiting[0]).toBe(`process ${process.pid}`)
  expect(await readdir(path.dirname(file))).toEqual([])
})

test('the lock goes when the work fails', async () => {
  const file = path.join(await temporaryFolder(), 'step.lock')
  await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await withLock(file, async () => 'done')).toBe('done')
})

test('a lock whose process was killed is taken over at once, by one of many', async () => {
  const file = path.join(await temporaryFolder(), 'step.lock')
  const program = `
    const { withLock } = await import(${JSON.stringify(pathToFileURL(path.resolve('main/setup/lock.mjs')).href)})
    await withLock(${JSON.stringify(file)}, () => { console.log('held'); return new Promise((resolve) => setTimeout(resolve, 60000)) })`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  let entered = false
  const early = withLock(file, async () => void (entered = true))
  await sleep(600)
  expect(entered).toBe(false)
  holder.kill('SIGKILL')
  await early
  expect(entered).toBe(true)

  await writeFile(file, JSON.stringify({ token: 'x', pid: holder.pid, host: os.hostname() }))
  let inside = 0
  let most = 0
  const work = async () => {
    most = Math.max(most, (inside += 1))
    await sleep(10)
    inside -= 1
  }
  await Promise.all(Array.from({ length: 8 }, () => withLock(file, work)))
  expect(most).toBe(1)
})

test('a lock of another machine is respected while it is fresh and taken when it has been silent for a minute', async () => {
  const file = path.join(await temporaryFolder(), 'step.lock')
  await writeFile(file, JSON.stringify({ token: 'x', pid: 1, host: 'elsewhere' }))
  let entered = false
  const waiting = withLock(file, async () => void (entered = true))
  await sleep(400)
  expect(entered).toBe(false)
  await utimes(file, new Date(Date.now() - 61_000), new Date(Date.now() - 61_000))
  await waiting
  expect(entered).toBe(true)
  await expect(stat(file)).rejects.toThrow()
})
