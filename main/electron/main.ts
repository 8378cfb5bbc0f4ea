// The desktop program: one window on one data folder, the host in this process, the engine in its own.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserWindow, OpenDialogOptions } from 'electron'
import { app, dialog, ipcMain, Menu, nativeTheme, Notification, powerSaveBlocker, session } from 'electron'
import type { JobRecord, Settings } from '../contract/records.ts'
import type { HostEnd } from '../contract/transport.ts'
import { createHost } from '../host/create-host.ts'
import type { Host } from '../host/host.ts'
import { answerWithFile, hostEnd } from '../shell/host-end.ts'
import { logSentence } from '../shell/log.ts'
import { startMeasure } from '../shell/measure.ts'
import { pageFiles } from '../shell/page-files.ts'
import { programAt } from '../shell/program.ts'
import { forkUtility } from './fork-utility.ts'
import { handleCalls, tellPage } from './ipc-transport.ts'
import { menuTemplate } from './menu.ts'
import { declareScheme, servePages } from './protocol.ts'
import { secureContents, secureSession } from './security.ts'
import { watchWork } from './work-watch.ts'
import { openWindow } from './window.ts'
import { wordsFor } from './words.ts'

const program = programAt(__dirname)
const measure = startMeasure(
  process.env['ALBERT_MEASURE'] === '1' ? join(program.data_dir, 'measure.json') : null,
)
const onInternal = (name: string, cause: unknown): void => logSentence(`${name} failed.`, cause)

let window: BrowserWindow | null = null
let language: Settings['language'] = 'system'

app.setName('ALBERT Workbench')
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
try {
  mkdirSync(program.data_dir, { recursive: true })
  app.setPath('userData', join(program.data_dir, 'electron')) // the lock on a second start is one for each data folder
  if (app.requestSingleInstanceLock()) start()
  else app.exit(0)
} catch (cause) {
  giveUp(cause)
}

function start(): void {
  declareScheme()
  app.on('web-contents-created', (_event, contents) => secureContents(contents))
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore()
    window?.show()
    window?.focus()
  })
  app.on('window-all-closed', () => app.quit())
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit())
  app.whenReady().then(open).catch(giveUp)
}

/** The window and the host start side by side: calls of the page wait for the host. */
async function open(): Promise<void> {
  secureSession(session.defaultSession)
  servePages(pageFiles(program.pages_dir))
  applyMenu()
  const starting = createHost({
    ...program,
    shell: 'electron',
    runtime: runtimeInWords(),
    files: 'in-place',
    chooseFolder,
    fork: forkUtility(program.engine_file),
    log: (sentence) => logSentence(sentence),
  })
  saveBeforeQuit(starting)
  const end = starting.then((host) => measured(hostEnd(host, onInternal)))
  end.catch(() => undefined) // told below; the page's calls reject with the same reason
  handleCalls(
    ipcMain,
    end,
    async (path) => answerWithFile(await starting, path, onInternal),
    (why) => logSentence(why),
  )
  window = openWindow(
    __dirname,
    join(program.assets_dir, 'icons', 'icon.png'),
    join(program.data_dir, 'window.json'),
  )
  window.on('closed', () => {
    window = null
  })
  const host = await starting
  tellPage(await end, () => window?.webContents ?? null)
  followSettings(host)
  followWork(host)
}

async function chooseFolder(): Promise<string | null> {
  const options: OpenDialogOptions = { properties: ['openDirectory', 'createDirectory', 'promptToCreate'] }
  const { filePaths } = await (window === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(window, options))
  return filePaths[0] ?? null
}

function measured(end: HostEnd): HostEnd {
  return {
    ...end,
    answer: (name, input) =>
      end.answer(name, input).finally(() => {
        measure.answered()
      }),
  }
}

function followSettings(host: Host): void {
  const apply = (settings: Settings): void => {
    nativeTheme.themeSource = settings.theme
    language = settings.language
    applyMenu()
  }
  host.on((name, payload) => {
    if (name === 'settings.changed') apply(payload as Settings)
  })
  host.handlers['settings.get']({}).then(apply, (cause: unknown) => onInternal('settings.get', cause))
}

function followWork(host: Host): void {
  let blocker: number | null = null
  const watch = watchWork((working) => {
    if (working) blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (blocker !== null) {
      powerSaveBlocker.stop(blocker)
      blocker = null
    }
  }, notifyOfEnd)
  host.on((name, payload) => {
    if (name === 'job.changed') watch.changed(payload as JobRecord)
    if (name === 'job.removed') watch.removed((payload as { job_id: string }).job_id)
  })
}

/** Who looks at the window sees it there. */
function notifyOfEnd(job: JobRecord): void {
  if (window?.isFocused() || !Notification.isSupported()) return
  const words = wordsFor(language, app.getLocale())
  const title = job.status === 'done' ? words.done : words.failed
  const notification = new Notification({ title, body: job.name })
  notification.on('click', () => window?.show())
  notification.show()
}

function applyMenu(): void {
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(menuTemplate(wordsFor(language, app.getLocale()), process.platform)),
  )
}

/** Closing never asks: what runs is saved at the next step and stands in the queue as resumable. */
function saveBeforeQuit(starting: Promise<Host>): void {
  let state: 'open' | 'saving' | 'saved' = 'open'
  app.on('before-quit', (event) => {
    if (state === 'saved') return
    event.preventDefault()
    if (state === 'saving') return
    state = 'saving'
    measure.end()
    window?.hide()
    void starting
      .then((host) => host.close())
      .catch((cause: unknown) => logSentence('The host did not close cleanly.', cause))
      .finally(() => {
        state = 'saved'
        app.quit()
      })
  })
}

function giveUp(cause: unknown): void {
  const reason = cause instanceof Error ? cause.message : String(cause)
  logSentence('ALBERT Workbench cannot start.', cause)
  if (process.env['ALBERT_MEASURE'] !== '1') dialog.showErrorBox('ALBERT Workbench cannot start', reason)
  app.exit(1)
}

/** Electron and Node by version; a stand-in for the official Electron is named as one. */
function runtimeInWords(): string {
  const { electron, node } = process.versions
  const standIn = process.env['ALBERT_STAND_IN'] === '1' ? ' (a stand-in for the official one)' : ''
  return `Electron ${electron}${standIn}, Node ${node}`
}
