// A place to drop files on, or to choose them from; gives the files as the browser made them, so the desktop can find their paths.
import { Upload } from 'lucide-react'
import { useRef, type ReactNode } from 'react'
import { useDropzone, type DropEvent } from 'react-dropzone'
import { classes } from './classes.ts'
import { chosenFolder, droppedFrom, type DroppedFolder } from './dropped-folder.ts'
import styles from './file-drop.module.css'

export function FileDrop({
  label,
  hint,
  extensions,
  multiple = true,
  disabled = false,
  compact = false,
  folderLabel,
  onFiles,
}: {
  /** The words on it, which are also its name. */
  label: string
  hint?: ReactNode
  /** Such as `['.tsv', '.csv']`; limits only what the file chooser shows. */
  extensions?: readonly string[]
  multiple?: boolean
  disabled?: boolean
  compact?: boolean
  /** The words on a second button, which chooses a folder; without them only a drop can bring one. */
  folderLabel?: string
  onFiles: (files: (File | DroppedFolder)[]) => void
}) {
  const dropped = useRef<(File | DroppedFolder)[]>([])
  const folder = useRef<HTMLInputElement>(null)
  const { getRootProps, getInputProps, isDragActive, open } = useDropzone({
    multiple,
    disabled,
    noClick: true,
    noKeyboard: true,
    useFsAccessApi: false,
    getFilesFromEvent: (event) => {
      const transfer = Array.isArray(event) ? null : transferOf(event)
      dropped.current = transfer === null ? [] : droppedFrom(transfer)
      return Promise.resolve(filesOf(event))
    },
    onDropAccepted: (files) => onFiles(dropped.current.length > 0 ? dropped.current : files),
  })
  return (
    <div
      {...getRootProps()}
      className={classes(styles.zone, compact && styles.compact, isDragActive && styles.over)}
    >
      <input {...getInputProps({ 'aria-label': label, accept: extensions?.join(',') })} />
      <Upload className={styles.icon} aria-hidden />
      <button type="button" className={styles.label} disabled={disabled} onClick={open}>
        {label}
      </button>
      {folderLabel !== undefined && (
        <>
          <input
            ref={folder}
            type="file"
            hidden
            aria-label={folderLabel}
            {...{ webkitdirectory: '' }}
            onChange={({ target }) => {
              const chosen = chosenFolder([...(target.files ?? [])])
              target.value = ''
              if (chosen !== null) onFiles([chosen])
            }}
          />
          <button
            type="button"
            className={classes(styles.label, styles.folder)}
            disabled={disabled}
            onClick={() => folder.current?.click()}
          >
            {folderLabel}
          </button>
        </>
      )}
      {hint !== undefined && <span className={styles.hint}>{hint}</span>}
    </div>
  )
}

/** Plain `File`s: those made from file system handles have no path on the desktop. */
function filesOf(event: DropEvent | FileSystemFileHandle[]): (File | DataTransferItem)[] {
  if (Array.isArray(event)) return []
  const transfer = transferOf(event)
  if (transfer !== null) {
    return transfer.files.length > 0
      ? [...transfer.files]
      : [...transfer.items].filter((item) => item.kind === 'file')
  }
  return event.target instanceof HTMLInputElement ? [...(event.target.files ?? [])] : []
}

function transferOf(event: DropEvent): DataTransfer | null {
  if ('dataTransfer' in event) return event.dataTransfer
  if ('clipboardData' in event) return event.clipboardData
  return null
}
