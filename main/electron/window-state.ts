// Where the window stood last in, bounds that lie on a screen of today out.
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const Bounds = z.object({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) })
export type Bounds = z.infer<typeof Bounds>

export const WindowState = z.object({ bounds: Bounds, maximized: z.boolean() })
export type WindowState = z.infer<typeof WindowState>

export const SMALLEST = { width: 800, height: 560 }
const USUAL = { width: 1280, height: 840 }

/** Null when there is none yet or it cannot be read: a window in its usual size is no loss. */
export function readWindowState(file: string): WindowState | null {
  try {
    const state = WindowState.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    return state.success ? state.data : null
  } catch {
    return null
  }
}

/**
 * A screen may be gone or smaller since: enough of the title bar to grip must lie on one of them.
 * @param screens the work areas, the main one first
 * @returns a size, with a place only where the old one still holds
 */
export function placeWindow(state: WindowState | null, screens: Bounds[]): Partial<Bounds> {
  const main = screens[0]
  const { width, height } = state?.bounds ?? USUAL
  const on = state === null ? undefined : screens.find((screen) => gripLiesOn(state.bounds, screen))
  const limit = on ?? main
  const size = limit
    ? {
        width: within(width, SMALLEST.width, limit.width),
        height: within(height, SMALLEST.height, limit.height),
      }
    : { width, height }
  return state === null || on === undefined ? size : { ...size, x: state.bounds.x, y: state.bounds.y }
}

const GRIP = 100

function gripLiesOn(bounds: Bounds, screen: Bounds): boolean {
  const left = Math.max(bounds.x, screen.x)
  const right = Math.min(bounds.x + bounds.width, screen.x + screen.width)
  return right - left >= GRIP && bounds.y >= screen.y && bounds.y <= screen.y + screen.height - GRIP
}

function within(value: number, least: number, most: number): number {
  return Math.max(Math.min(value, most), Math.min(least, most))
}
