// albert models: imports a folder with a stand-in for the engine, names it in several ways, trains from it, deletes it.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../host/testing/host-fixture.ts'
import type { Program } from '../shell/program.ts'
import { albertCommand, withoutExit } from './program.ts'
import { captureOutput } from './testing/capture-output.ts'
import { newProgram } from './testing/new-program.ts'

const output = captureOutput()

async function albert(program: Program, ...words: string[]): Promise<string> {
  output.printed = ''
  await withoutExit(albertCommand(program)).parseAsync(['models', ...words], { from: 'user' })
  return output.printed
}

test('imports, lists, shows, renames, moves and deletes a model', async () => {
  const program = newProgram()
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
