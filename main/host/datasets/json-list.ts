// A file that is one JSON list of objects in, the same objects one a line out: so they are read as every other table is.
import { readFile, stat, writeFile } from 'node:fs/promises'
import { HostFailure } from '../../contract/errors.ts'
import type { KnownFile } from '../uploads/known-files.ts'
import { brokenAt } from './json-position.ts'
import { isSquad, readHead } from './recognize.ts'

/** A larger one would be whole in memory; JSON Lines of any size are read piece by piece. */
const LARGEST = 256 * 2 ** 20

/** Whether a file is one JSON value with a list of objects in it, and not one of the known forms. @throws the system's error */
export async function isJsonList({ path, name }: KnownFile): Promise<boolean> {
  if (!/\.json$/i.test(name)) return false
  const head = (await readHead(path)).trimStart()
  if (head.startsWith('[')) return true
  return head.startsWith('{') && !isSquad(head) && !isObject(head.split('\n', 1)[0] ?? '')
}

/**
 * Writes the objects of the list, or of the first list that the object holds, one a line: line N is object N.
 * @throws HostFailure `bad-file` with the line at which the JSON breaks off; the system's error
 */
export async function writeJsonLines({ path, name }: KnownFile, target: string): Promise<void> {
  const { size } = await stat(path)
  if (size > LARGEST) {
    const message = `${name} is one JSON list of ${Math.round(size / 2 ** 20)} MB. Save it as JSON Lines, one object a line: then it may have any size.`
    throw badFile(name, null, 'json-too-large', { megabytes: Math.round(size / 2 ** 20) }, message)
  }
  const text = (await readFile(path, 'utf8')).replace(/^\ufeff/, '')
  const list = listIn(parsed(text, name))
  if (list === null) {
    const message = `${name} holds no list of objects. A table in JSON is a list, as in [{"text": "…", "label": "…"}].`
    throw badFile(name, null, 'no-json-list', {}, message)
  }
  await writeFile(target, list.map((value) => `${JSON.stringify(value)}\n`).join(''))
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const line = text.slice(0, brokenAt(text)).split('\n').length
    const message = `${name} is not whole JSON: line ${line} breaks it off. Correct it there, or export it again.`
    throw badFile(name, line, 'unreadable-json', {}, message)
  }
}

function listIn(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value as unknown[]
  if (typeof value !== 'object' || value === null) return null
  const lists = Object.values(value).filter((one): one is unknown[] => Array.isArray(one))
  return lists.find((list) => list.some((one) => typeof one === 'object' && one !== null)) ?? null
}

function isObject(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object'
  } catch {
    return false
  }
}

function badFile(
  file: string,
  line: number | null,
  code: string,
  facts: Record<string, string | number>,
  message: string,
): HostFailure {
  return new HostFailure({
    code: 'bad-file',
    file,
    line,
    column: null,
    fault: { code, value: null, facts },
    message,
  })
}
