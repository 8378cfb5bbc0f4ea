// albert models: imports a folder with a stand-in for the engine, names it in several ways, trains from it, deletes it.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { standIn, temporaryFolder, tinyAssets } from '../host/testing/host-fixture.ts'
import type { Program } from '../shell/program.ts'
import { albertCommand, withoutExit } from './program.ts'

let printed: string

beforeEach(() => {
  printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
})
afterEach(() => {
  vi.restoreAllMocks()
})

async function albert(program: Program, ...words: string[]): Promise<string> {
  printed = ''
  await withoutExit(albertCommand(program)).parseAsync(['models', ...words], { from: 'user' })
  return printed
}

test('imports, lists, shows, renames, moves and deletes a model', async () => {
  const program: Program = {
    version: '1.2.3',
    pages_dir: '/none',
    assets_dir: tinyAssets(),
    engine_file: standIn,
    tensorflow_dir: null,
    data_dir: path.join(temporaryFolder(), 'home'),
  }
  const folder = path.join(temporaryFolder(), 'albert_mine')
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'vocab.txt'), '[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n')
  expect(await albert(program, 'import', folder)).toMatch(/albert_mine: .* M parameters/)
  const listed = await albert(program)
  expect(listed).toMatch(/^sample .*fresh/m)
  const [, id = ''] = /^(\w{8}) .*trained .*albert_mine$/m.exec(listed) ?? []
  expect(id).not.toBe('')
  const shown = JSON.parse(await albert(program, 'show', id, '--json')) as { record: { name: string } }
  expect(shown.record.name).toBe('albert_mine')
  expect(await albert(program, 'rename', id, 'mine')).toBe('albert_mine is called mine now.\n')
  await expect(albert(program, 'rename', 'sample', 'other')).rejects.toThrow(/ships with the program/)
  const disk = temporaryFolder()
  expect(await albert(program, 'move', disk)).toBe(
    `The models lie in ${path.join(disk, 'albert-models')} now.\n`,
  )
  await expect(albert(program, 'show', 'nothing')).rejects.toThrow(
    /There is no model nothing; choose one of sample/,
  )
  expect(await albert(program, 'delete', 'mine')).toMatch(/mine is deleted; .* MB are free again/)
  expect(await albert(program, 'list')).not.toContain('albert_mine')
  await expect(albert(program, 'delete', 'sample')).rejects.toThrow(/ships with the program/)
})
