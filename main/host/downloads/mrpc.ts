// The two files of MRPC and the ids of its dev rows in, the three tables of GLUE out: as the benchmark splits them.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'

const HEAD = 'Quality\t#1 ID\t#2 ID\t#1 String\t#2 String'
const TEST_HEAD = 'index\t#1 ID\t#2 ID\t#1 String\t#2 String'

/**
 * @param files train, test, and the pairs of ids that make the dev split
 * @returns the names of the files in `folder`
 * @throws HostFailure `bad-file`
 */
export async function splitMrpc([train, test, ids]: readonly string[], folder: string): Promise<string[]> {
  const pairs = new Set((await linesOf(ids)).map((line) => line.split('\t').slice(0, 2).join('\t')))
  const rows = (await linesOf(train)).slice(1)
  const isDev = (row: string): boolean => pairs.has(row.split('\t').slice(1, 3).join('\t'))
  const dev = rows.filter(isDev)
  if (dev.length === 0) throw damaged(ids, 'names no row of the training file')
  const tests = (await linesOf(test)).slice(1).map((row, index) => {
    const [, ...rest] = row.split('\t')
    if (rest.length !== 4) throw damaged(test, `has a line with ${rest.length + 1} columns instead of 5`)
    return [index, ...rest].join('\t')
  })
  const tables = {
    'train.tsv': [HEAD, ...rows.filter((row) => !isDev(row))],
    'dev.tsv': [HEAD, ...dev],
    'test.tsv': [TEST_HEAD, ...tests],
  }
  for (const [name, lines] of Object.entries(tables))
    await writeFile(path.join(folder, name), `${lines.join('\n')}\n`)
  return Object.keys(tables)
}

async function linesOf(file: string | undefined): Promise<string[]> {
  if (file === undefined) throw new Error('MRPC has three files.')
  const text = (await readFile(file, 'utf8')).replace(/^\ufeff/, '')
  return text.split(/\r?\n/).filter((line) => line !== '')
}

function damaged(file: string | undefined, what: string): HostFailure {
  const name = path.basename(file ?? '')
  return new HostFailure({
    code: 'bad-file',
    file: name,
    line: null,
    column: null,
    ...say('mrpc-damaged', { file: name, what }),
  })
}
