// Cards as NVIDIA's tool tells of them: the weakest one counts, and only for a CUDA build that may use it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findCard } from './card.ts'

function build(device: 'cpu' | 'cuda'): NodeJS.ProcessEnv {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'albert-card-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ version: '2.21.0', device }))
  return { ALBERT_TENSORFLOW_DIR: folder }
}

test('the weakest of all cards counts', () => {
  const answer = '9.0, 143771, 143000\n7.0, 16384, 9000\n'
  expect(findCard(build('cuda'), () => answer)).toEqual({
    compute_capability: 7,
    memory_bytes: 16_384 * 2 ** 20,
    free_bytes: 9000 * 2 ** 20,
  })
})

test.each([null, '', 'No devices were found\n', '[N/A], 100, 100\n'])('no card is told by %j', (answer) => {
  expect(findCard(build('cuda'), () => answer)).toBeNull()
})

test('a build for the processor, and cards that are hidden, are not asked about', () => {
  const asked = () => {
    throw new Error('it was asked')
  }
  expect(findCard(build('cpu'), asked)).toBeNull()
  expect(findCard({}, asked)).toBeNull()
  expect(findCard({ ...build('cuda'), CUDA_VISIBLE_DEVICES: '-1' }, asked)).toBeNull()
  expect(findCard({ ...build('cuda'), CUDA_VISIBLE_DEVICES: '' }, asked)).toBeNull()
})
