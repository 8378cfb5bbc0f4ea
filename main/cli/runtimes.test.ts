// albert runtimes: lists what is here and why it is used, tries it with a stand-in for the engine, and refuses in words.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { standIn, temporaryFolder, tinyAssets } from '../host/testing/host-fixture.ts'
import type { Program } from '../shell/program.ts'
import { albertCommand, withoutExit } from './program.ts'
import { captureOutput } from './testing/capture-output.ts'

const output = captureOutput()

test('lists, tries, chooses and refuses', async () => {
  const tensorflow_dir = temporaryFolder()
  writeFileSync(path.join(tensorflow_dir, 'tfjs_binding.node'), 'binding')
  writeFileSync(
    path.join(tensorflow_dir, 'manifest.json'),
    JSON.stringify({ version: '2.21.0', source: 'pypi' }),
  )
  const program: Program = {
    version: '1.2.3',
    pages_dir: '/none',
    assets_dir: tinyAssets(),
    engine_file: standIn,
    tensorflow_dir,
    data_dir: path.join(temporaryFolder(), 'home'),
  }
  const albert = async (...words: string[]): Promise<string> => {
    output.printed = ''
    await withoutExit(albertCommand(program)).parseAsync(['runtimes', ...words], { from: 'user' })
    return output.printed
  }
  const listed = await albert()
  expect(listed).toMatch(/^program +the processor +installed, with the program, in use/m)
  expect(listed).toMatch(/\n\nRuns compute on the processor/)
  expect(JSON.parse(await albert('list', '--json'))).toMatchObject({ chosen: { runtime_id: 'program' } })
  expect(await albert('try')).toMatch(/^TensorFlow 0\.0\.0 runs on the CPU, \d+\.\d s after its start\.\n$/)
  expect(JSON.parse(await albert('try', 'program', '--json'))).toMatchObject({ device: 'CPU', notice: null })
  expect(await albert('use', '--device', 'cuda')).toMatch(/there is no build for cards on this system/)
  expect(await albert('use', '--device', 'cpu')).toBe('Runs compute on the processor, as asked for.\n')
  await expect(albert('use', '--device', 'tpu')).rejects.toThrow(/Allowed choices are auto, cpu, cuda/)
  await expect(albert('delete', 'program')).rejects.toThrow(/was not fetched by this program/)
  await expect(albert('download', 'nothing')).rejects.toThrow(/nothing is no runtime for this machine/)
})
