// A window comes back where it stood, unless that place is gone.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { placeWindow, readWindowState } from './window-state.ts'

const screen = { x: 0, y: 0, width: 1920, height: 1080 }
const at = (x: number, y: number, width = 1000, height = 700) => ({
  bounds: { x, y, width, height },
  maximized: false,
})

test('the usual size where nothing is remembered, and no place: the system chooses', () => {
  expect(placeWindow(null, [screen])).toEqual({ width: 1280, height: 840 })
  expect(placeWindow(null, [{ ...screen, width: 1000, height: 600 }])).toEqual({ width: 1000, height: 600 })
})

test('the old place while it is on a screen', () => {
  expect(placeWindow(at(100, 50), [screen])).toEqual({ x: 100, y: 50, width: 1000, height: 700 })
  const second = { x: -1920, y: 0, width: 1920, height: 1080 }
  expect(placeWindow(at(-1500, 10), [screen, second])).toMatchObject({ x: -1500, y: 10 })
})

test.each([
  ['its screen is gone', at(-1500, 10)],
  ['only a strip is left', at(1860, 10)],
  ['the title bar lies above the screen', at(100, -300)],
  ['it lies below the screen', at(100, 1050)],
])('a new place when %s', (_why, state) => {
  expect(placeWindow(state, [screen])).toEqual({ width: 1000, height: 700 })
})

test('a size that fits the screen of today', () => {
  expect(placeWindow(at(0, 0, 5000, 4000), [screen])).toEqual({ x: 0, y: 0, width: 1920, height: 1080 })
  expect(placeWindow(at(0, 0, 300, 200), [screen])).toEqual({ x: 0, y: 0, width: 800, height: 560 })
})

test('what is damaged counts as nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'albert-window-'))
  const file = join(folder, 'window.json')
  expect(readWindowState(file)).toBeNull()
  for (const text of ['', '{', '{"bounds":{"x":"a"}}', '[]']) {
    await writeFile(file, text)
    expect(readWindowState(file)).toBeNull()
  }
  await writeFile(file, JSON.stringify(at(1, 2)))
  expect(readWindowState(file)).toEqual(at(1, 2))
  await rm(folder, { recursive: true })
})
