// Our one window: made early and shown as soon as it has something to show; it comes back where it stood and after its page crashed.
import { join } from 'node:path'
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { writeAtomically } from '../host/storage/atomic-file.ts'
import { logSentence } from '../shell/log.ts'
import { START_PAGE, webPreferences } from './security.ts'
import type { WindowState } from './window-state.ts'
import { placeWindow, readWindowState, SMALLEST } from './window-state.ts'

const SHOWN_AT_LATEST = 3000
const WRITE_AFTER = 500
const MOST_RELOADS = 3
const RELOADS_WITHIN = 60_000

/** @param state_file where its place is remembered */
export function openWindow(preload_dir: string, icon: string, state_file: string): BrowserWindow {
  const state = readWindowState(state_file)
  const { workArea, id } = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter((display) => display.id !== id)
  const window = new BrowserWindow({
    ...placeWindow(state, [workArea, ...others.map((display) => display.workArea)]),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    icon,
    title: 'ALBERT Workbench',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181d' : '#ffffff',
    webPreferences: webPreferences(join(preload_dir, 'preload.cjs')),
  })
  showEarly(window, state?.maximized ?? false)
  rememberPlace(window, state_file)
  reloadAfterCrash(window)
  window.loadURL(START_PAGE).catch((cause: unknown) => logSentence('The page could not be loaded.', cause))
  return window
}

function showEarly(window: BrowserWindow, maximized: boolean): void {
  const show = (): void => {
    if (window.isDestroyed() || window.isVisible()) return
    if (maximized) window.maximize()
    window.show()
  }
  window.once('ready-to-show', show)
  setTimeout(show, SHOWN_AT_LATEST).unref()
}

function rememberPlace(window: BrowserWindow, file: string): void {
  let timer: NodeJS.Timeout | undefined
  const write = (): void => {
    if (window.isDestroyed() || window.isMinimized() || window.isFullScreen()) return
    const state: WindowState = { bounds: window.getNormalBounds(), maximized: window.isMaximized() }
    writeAtomically(file, JSON.stringify(state)).catch((cause: unknown) =>
      logSentence('The place of the window could not be kept.', cause),
    )
  }
  const later = (): void => {
    clearTimeout(timer)
    timer = setTimeout(write, WRITE_AFTER)
  }
  window.on('resize', later)
  window.on('move', later)
  window.on('maximize', later)
  window.on('unmaximize', later)
  window.on('closed', () => clearTimeout(timer))
}

/** What runs goes on in the other processes; the new page asks for the true state. A page that crashes at once is not reloaded for ever. */
function reloadAfterCrash(window: BrowserWindow): void {
  let reloads: number[] = []
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    reloads = [...reloads.filter((at) => Date.now() - at < RELOADS_WITHIN), Date.now()]
    logSentence(`The page's process ended (${reason}).`)
    if (reloads.length <= MOST_RELOADS) window.webContents.reload()
    else logSentence('The page crashed too often and is not loaded again; choose Reload in the menu.')
  })
}
