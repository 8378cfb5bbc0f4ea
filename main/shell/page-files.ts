// The folder of built pages in, a map from request path to file out. Only what is in the map is ever served, so no path can lead out of it.
import { readdirSync, realpathSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'

export type PageFile = { file: string; type: string }
export type PageFiles = ReadonlyMap<string, PageFile>

/**
 * Lists the regular files below the folder once; links are left out. `/` is `index.html`.
 * @param folder may be absent: the map is then empty
 */
export function pageFiles(folder: string): PageFiles {
  const files = new Map<string, PageFile>()
  const root = realRoot(folder)
  if (root === null) return files
  for (const file of filesBelow(root)) {
    const type = types[extname(file)]
    if (type === undefined) continue
    files.set(`/${relative(root, file).split(sep).join('/')}`, { file, type })
  }
  const index = files.get('/index.html')
  if (index) files.set('/', index)
  return files
}

/** @param target the path of a request, possibly with a query; decoded once, compared letter by letter */
export function pageFileFor(files: PageFiles, target: string): PageFile | null {
  try {
    return files.get(decodeURIComponent(target.split(/[?#]/, 1)[0] ?? '')) ?? null
  } catch {
    return null // a broken percent sign
  }
}

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else if (entry.isFile()) yield path
  }
}

function realRoot(folder: string): string | null {
  try {
    return realpathSync(folder)
  } catch {
    return null
  }
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}
