// A folder that a person dropped or chose: a stand-in file for the desktop, which finds the folder by it, and the files inside for the server.

export class DroppedFolder {
  readonly name: string
  /** On the desktop the folder itself, or a file inside it that says its own place below it. */
  readonly file: File
  /** Every file with its place below the folder, as in `train/middle/1.txt`; empty until it is asked for. */
  readonly files: () => AsyncGenerator<{ place: string; file: File }>

  constructor(name: string, file: File, files: () => AsyncGenerator<{ place: string; file: File }>) {
    this.name = name
    this.file = file
    this.files = files
  }
}

/** What was dropped: files as they are, folders as folders. */
export function droppedFrom(transfer: Pick<DataTransfer, 'files' | 'items'>): (File | DroppedFolder)[] {
  // An entry lives no longer than the event: all are taken now.
  const entries = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => (typeof item.webkitGetAsEntry === 'function' ? item.webkitGetAsEntry() : null))
  return [...transfer.files].map((file, index) => {
    const entry = entries[index]
    return entry?.isDirectory === true
      ? new DroppedFolder(entry.name, file, () => filesBelow(entry as FileSystemDirectoryEntry, ''))
      : file
  })
}

/** The folder that was chosen in a dialog, which gives the files in it; null for none. */
export function chosenFolder(files: readonly File[]): DroppedFolder | null {
  const [first] = files
  const name = first?.webkitRelativePath.split('/')[0]
  if (first === undefined || name === undefined || name === '') return null
  return new DroppedFolder(name, first, async function* () {
    for (const file of files) yield { place: file.webkitRelativePath.slice(name.length + 1), file }
  })
}

async function* filesBelow(
  folder: FileSystemDirectoryEntry,
  above: string,
): AsyncGenerator<{ place: string; file: File }> {
  for (const entry of await entriesIn(folder)) {
    const place = `${above}${entry.name}`
    if (entry.isDirectory) yield* filesBelow(entry as FileSystemDirectoryEntry, `${place}/`)
    else {
      const file = await new Promise<File>((done, failed) =>
        (entry as FileSystemFileEntry).file(done, failed),
      )
      yield { place, file }
    }
  }
}

/** A reader gives a hundred at a time. */
async function entriesIn(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed))
    if (some.length === 0) return all
    all.push(...some)
  }
}
