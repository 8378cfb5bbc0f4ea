// Several files change together: after a kill at any moment the next call finds all of the change or nothing of it.
import { readFile, readdir, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { codeOf, commitFiles, removeQuietly, replaceFile, syncFolder, writeFailure } from './durable-file.ts'

const JOURNAL = '.checkpoint-journal.json'
/** What this program gives a file until its change is committed; nothing else is ever removed as a leftover. */
const TEMPORARY = /^\.tmp-[0-9a-z]+-[0-9a-z]+-[0-9]+\.[^/\\]+$/
const OURS = /^(checkpoint|model\.ckpt-[0-9]+\.(index|json|data-00000-of-00001))$/

const Journal = z.object({
  program: z.literal('albert-workbench'),
  pid: z.int(),
  /** False: a change was begun and its temporary files mean nothing. True: all of them are on the disk, only names are due. */
  committed: z.boolean(),
  renames: z.array(z.object({ temporary: z.string().regex(TEMPORARY), final: z.string().regex(OURS) })),
  removals: z.array(z.string().regex(OURS)),
})
type Journal = z.infer<typeof Journal>

export type Change = {
  /** Names in the folder that get new contents. */
  finals: readonly string[]
  /** Names in the folder that go, in this order, once the new ones are there. */
  removals: readonly string[]
  /** Writes and syncs the new contents under the names it is given for the finals. */
  stage: (temporaryOf: (final: string) => string) => Promise<void>
}

/** Carries a change through, or leaves the folder as it was. @throws EngineFailure, and whatever `stage` throws */
export async function changeTogether(folder: string, { finals, removals, stage }: Change): Promise<void> {
  await finishInterruptedChange(folder)
  const token = `${process.pid.toString(36)}-${Date.now().toString(36)}-${changes++}`
  const temporaryOf = (final: string): string => `.tmp-${token}.${final}`
  const renames = finals.map((final) => ({ temporary: temporaryOf(final), final }))
  const journal: Journal = {
    program: 'albert-workbench',
    pid: process.pid,
    committed: false,
    renames,
    removals: [...removals],
  }
  await begin(folder, journal)
  try {
    await stage(temporaryOf)
    await setForeignFilesAside(folder, finals)
    await replaceFile(
      join(folder, JOURNAL),
      JSON.stringify({ ...journal, committed: true }),
      temporaryJournal(folder),
    )
  } catch (error) {
    await undo(folder, renames)
    throw error
  }
  await redo(folder, renames, removals)
}

let changes = 0

/**
 * What a killed process left in a folder is brought to its end: a committed change is carried through, another one removed.
 * Only for the one process that owns the folder.
 */
export async function finishInterruptedChange(folder: string): Promise<void> {
  const text = await readFile(join(folder, JOURNAL), 'utf8').catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return null
    throw writeFailure(error, join(folder, JOURNAL))
  })
  if (text === null) return
  const journal = parseJournal(text)
  if (journal === null) await removeQuietly(join(folder, JOURNAL))
  else if (journal.committed) await redo(folder, journal.renames, journal.removals)
  else await undo(folder, journal.renames)
}

function parseJournal(text: string): Journal | null {
  try {
    return Journal.parse(JSON.parse(text))
  } catch {
    return null // torn while it was begun: nothing was committed, and what it would have named is not known
  }
}

/** Not synced: it only tells whose the temporary files are, and they are worth nothing after a power cut either. */
async function begin(folder: string, journal: Journal): Promise<void> {
  const temporary = temporaryJournal(folder)
  try {
    await writeFile(temporary, JSON.stringify(journal))
    await rename(temporary, join(folder, JOURNAL))
  } catch (error) {
    await removeQuietly(temporary)
    throw writeFailure(error, join(folder, JOURNAL))
  }
}

/** One name, used again and again, so that a kill leaves one file at most. */
function temporaryJournal(folder: string): string {
  return join(folder, '.checkpoint-journal.tmp')
}

async function undo(folder: string, renames: Journal['renames']): Promise<void> {
  for (const { temporary } of renames) await removeQuietly(join(folder, temporary))
  await removeQuietly(join(folder, JOURNAL))
}

async function redo(folder: string, renames: Journal['renames'], removals: readonly string[]): Promise<void> {
  const present = new Set(await readdir(folder))
  const due = renames.filter(({ temporary }) => present.has(temporary))
  await commitFiles(
    due.map(({ temporary, final }) => ({ temporary: join(folder, temporary), final: join(folder, final) })),
  )
  for (const name of removals) {
    await unlink(join(folder, name)).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw writeFailure(error, join(folder, name))
    })
  }
  await removeQuietly(join(folder, JOURNAL))
  await syncFolder(folder)
}

/** Checkpoint files without a manifest beside them are not this program's: they get another name, never an end. */
async function setForeignFilesAside(folder: string, finals: readonly string[]): Promise<void> {
  const present = new Set(await readdir(folder))
  if (finals.some((final) => final.endsWith('.json') && present.has(final))) return
  for (const final of finals) {
    if (final === 'checkpoint' || !present.has(final)) continue
    let copy = 1
    while (present.has(`${final}.set-aside-${copy}`)) copy++
    await rename(join(folder, final), join(folder, `${final}.set-aside-${copy}`)).catch((error: unknown) => {
      throw writeFailure(error, join(folder, final))
    })
  }
}
