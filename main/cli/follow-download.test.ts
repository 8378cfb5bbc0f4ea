// albert datasets download: its whole way from a server of this machine to the files, told on standard error, and how it ends early.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { DownloadSettings } from '../contract/download-settings.ts'
import { answers, serves, startServer } from '../host/downloads/testing/misbehaving-server.ts'
import { startHost } from '../host/testing/host-fixture.ts'
import { albertCommand, withoutExit } from './program.ts'
import { captureOutput } from './testing/capture-output.ts'
import { newProgram } from './testing/new-program.ts'

const output = captureOutput()
const rows = Buffer.from('sentence\tlabel\nHello.\t1\n')

/** A command line whose benchmark `tiny` is fetched from a server of this machine. */
async function commandLine(mirror: string) {
  const program = newProgram()
  const { host } = await startHost({ data_dir: program.data_dir, assets_dir: program.assets_dir })
  const settings = await host.handlers['settings.get']({})
  await host.handlers['settings.set']({ ...settings, downloads: DownloadSettings.parse({ mirror }) })
  await host.close()
  return {
    data_dir: program.data_dir,
    albert: (...words: string[]) =>
      withoutExit(albertCommand(program)).parseAsync(['datasets', 'download', ...words], { from: 'user' }),
  }
}

test('prints where the files lie, after it has said how far it is', async () => {
  const server = await startServer()
  server.at('/tiny.tsv', serves(rows))
  const { albert, data_dir } = await commandLine(server.origin)
  await albert('tiny')
  const file = path.join(data_dir, 'benchmarks', 'tiny', 'tiny.tsv')
  expect(output.printed).toBe(`${file}\n`)
  expect(readFileSync(file)).toEqual(rows)
  expect(output.said).toMatch(/^(?:queued|downloading) /)
  expect(output.said).toMatch(/^done .*\(100 %\)$/m)
  expect(server.asked).toHaveLength(1)
})

test('prints the finished download as JSON', async () => {
  const server = await startServer()
  server.at('/tiny.tsv', serves(rows))
  const { albert } = await commandLine(server.origin)
  await albert('tiny', '--json')
  expect(JSON.parse(output.printed)).toMatchObject({
    item_id: 'tiny',
    status: 'done',
    files: [{ name: 'tiny.tsv', bytes_done: rows.length, verified_by: 'first-use' }],
    result: { made: 'folder', files: ['tiny.tsv'] },
  })
})

test('that cannot succeed ends with the reason, and what is no benchmark is said', async () => {
  const server = await startServer()
  server.at('/tiny.tsv', answers(404))
  const { albert } = await commandLine(server.origin)
  await expect(albert('tiny')).rejects.toThrow(/tiny\.tsv is not there \(404\)/)
  await expect(albert('nothing')).rejects.toThrow(/nothing is not in the catalogue; choose one of tiny/)
})
