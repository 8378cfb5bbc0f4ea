// Archives that are dropped: what lies in them is recognised and imported as from a folder, and a hostile one is refused.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { sst2 } from '../../../engine/tasks/sst-2.ts'
import { addFile, draft, startHost, temporaryFolder, type TestHost } from '../testing/host-fixture.ts'
import { zipOf } from '../testing/zip-of.ts'

const rows = (count: number): string =>
  `sentence\tlabel\n${Array.from({ length: count }, (_, at) => `text ${at}\t${at % 2}`).join('\n')}\n`

/** As the benchmark's own archive: with files that are not its data. */
const glue = zipOf([
  { name: 'SST-2/', content: '' },
  { name: 'SST-2/train.tsv', content: rows(20) },
  { name: 'SST-2/dev.tsv', content: rows(6) },
  { name: 'SST-2/test.tsv', content: 'index\tsentence\n0\tnew\n' },
  { name: 'SST-2/original/README.md', content: 'Read me.' },
  { name: '__MACOSX/SST-2/._train.tsv', content: 'resource fork' },
])

async function recognized(t: TestHost, file_id: string) {
  return t.host.handlers['datasets.recognize']({ file_ids: [file_id] })
}

test('a zip of GLUE is what its folder is, and becomes a dataset', async () => {
  const t = await startHost()
  const { found, files } = await recognized(t, await addFile(t, glue, 'SST-2.zip'))
  expect(files.map(({ name }) => name).sort()).toEqual(['dev.tsv', 'test.tsv', 'train.tsv'])
  const [first] = found
  expect(first).toMatchObject({ task_name: 'SST-2', kind: 'classification' })
  const given = first?.files
  const dataset = await t.host.handlers['datasets.import'](
    draft(given?.train?.file_id ?? '', {
      name: sst2.title,
      task_name: 'SST-2',
      files: {
        train: given?.train?.file_id ?? '',
        dev: given?.dev?.file_id ?? null,
        test: given?.test?.file_id ?? null,
      },
    }),
  )
  expect(dataset.splits).toMatchObject({ train: { rows: 20 }, dev: { rows: 6 }, test: { rows: 1 } })
})

test('the same archive twice is unpacked once, and gone when the program ends', async () => {
  const t = await startHost()
  const file_id = await addFile(t, glue, 'SST-2.zip')
  const uploads = path.join(t.data_dir, 'uploads')
  await recognized(t, file_id)
  expect((await recognized(t, file_id)).found).toHaveLength(1)
  expect(readdirSync(uploads)).toHaveLength(1)
  await t.host.close()
  expect(readdirSync(uploads)).toEqual([])
})

test('an archive that is being unpacked tells how far it is, and is given up', async () => {
  const t = await startHost()
  const file_id = await addFile(t, glue, 'SST-2.zip')
  const told: string[] = []
  t.host.on((name) => {
    if (name !== 'dataset.progress') return
    told.push(name)
    void t.host.handlers['datasets.cancel']({ work_id: 'unpacking' })
  })
  await expect(
    t.host.handlers['datasets.recognize']({ file_ids: [file_id], work_id: 'unpacking' }),
  ).rejects.toMatchObject({ error: { code: 'cancelled' } })
  expect(told).toEqual(['dataset.progress'])
  expect(readdirSync(path.join(t.data_dir, 'uploads'))).toEqual([])
})

test('a tar.gz of RACE is read as its folders', async () => {
  const t = await startHost()
  const folder = temporaryFolder()
  const article = {
    id: 'high1.txt',
    article: 'A text.',
    questions: ['What?'],
    options: [['a', 'b', 'c', 'd']],
    answers: ['A'],
  }
  for (const split of ['train', 'dev', 'test']) {
    const at = path.join(folder, 'RACE', split, 'high')
    mkdirSync(at, { recursive: true })
    writeFileSync(path.join(at, '1.txt'), JSON.stringify(article))
  }
  const archive = path.join(folder, 'RACE.tar.gz')
  execFileSync('tar', ['-czf', archive, '-C', folder, 'RACE'])
  const { found } = await recognized(t, (await t.host.registerFile(archive)).file_id)
  expect(found).toMatchObject([
    { task_name: 'RACE', layout: 'race', files: { train: {}, dev: {}, test: {} } },
  ])
})

test.each([
  ['a link', zipOf([{ name: 'train.tsv', content: '/etc/passwd', mode: 0o120777 }]), /symbolic link/],
  ['a name above', zipOf([{ name: '../train.tsv' }]), /leads out of the archive/],
  ['no data', zipOf([{ name: 'run.sh' }]), /holds no data/],
  ['half of it', glue.subarray(0, 300), /no zip archive, or it arrived only in part/],
])('%s: refused in words, and nothing of it stays', async (_, bytes, words) => {
  const t = await startHost()
  const file_id = await addFile(t, bytes, 'data.zip')
  const refused = recognized(t, file_id)
  await expect(refused).rejects.toMatchObject({ error: { code: 'bad-file' } })
  await expect(refused).rejects.toThrow(words)
  expect(readdirSync(path.join(t.data_dir, 'uploads'))).toEqual([])
})
