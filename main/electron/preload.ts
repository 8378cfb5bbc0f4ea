// The only thing the page gets from Electron: `window.albertHost`, three functions over plain data. It does not change when a method is added.
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { ADD_FILE, CALL, NOTICE } from './channels.ts'

contextBridge.exposeInMainWorld('albertHost', {
  /** Resolves to an Answer. */
  async call(name: unknown, input: unknown): Promise<unknown> {
    return parsed(await ipcRenderer.invoke(CALL, String(name), JSON.stringify(input ?? null)))
  },

  /** Hears every Notice; main and page end together, so the line is up from the start. Returns what ends the listening. */
  listen(onNotice: (notice: unknown) => void, onConnection: (connected: boolean) => void): () => void {
    const hear = (_event: unknown, text: unknown): void => onNotice(parsed(text))
    ipcRenderer.on(NOTICE, hear)
    onConnection(true)
    return () => ipcRenderer.removeListener(NOTICE, hear)
  },

  /** Takes a `File` that the person dropped or chose; resolves to an Answer of a FileRef. The page never sees its path. */
  async addFile(file: unknown): Promise<unknown> {
    return parsed(await ipcRenderer.invoke(ADD_FILE, pathOf(file)))
  },
})

/** Only a real `File` has a path: an object that merely says so is not one. '' for a file made by the page itself. */
function pathOf(file: unknown): string {
  if (!(file instanceof File)) return ''
  // Before Electron 32 the path stood on the file itself.
  const modern = webUtils as typeof webUtils | undefined
  const found: unknown = modern === undefined ? Reflect.get(file, 'path') : modern.getPathForFile(file)
  return typeof found === 'string'
    ? folderAbove(found, String(Reflect.get(file, 'webkitRelativePath') ?? ''))
    : ''
}

/** Of a folder that was chosen in a dialog the page has only the files; each says its place from the folder on. */
function folderAbove(found: string, place: string): string {
  const levels = place === '' ? 0 : place.split('/').length - 1
  return levels === 0
    ? found
    : found
        .split(/[\\/]/)
        .slice(0, -levels)
        .join(found.includes('\\') ? '\\' : '/')
}

function parsed(text: unknown): unknown {
  return JSON.parse(String(text)) as unknown
}
