// Nine broken files, and more, give as many different faults, each with the place; the window has a sentence for each in both languages.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { HostFailure } from '../../contract/errors.ts'
import { addFile, draft, root, rows, startHost, type TestHost } from '../testing/host-fixture.ts'

type Said = { code: string | undefined; line: number | null }

const GOOD = rows(4)
const squad = (answer_start: number) =>
  JSON.stringify({
    data: [
      {
        paragraphs: [
          {
            context: 'The Nile ends in Egypt.',
            qas: [{ id: '1', question: 'Where?', answers: [{ text: 'Egypt', answer_start }] }],
          },
        ],
      },
    ],
  })
const article = (answer: string) =>
  JSON.stringify({
    id: 'a',
    article: 'T',
    questions: ['Q?'],
    options: [['w', 'x', 'y', 'z']],
    answers: [answer],
  })

const FILES: [name: string, content: string | Buffer, code: string, line: number | null][] = [
  ['empty.tsv', '', 'empty-file', null],
  [
    'picture.png',
    Buffer.from('89504e470d0a1a0a0000000d494844520000001000000010080600000000', 'hex'),
    'not-text',
    null,
  ],
  ['header.tsv', 'sentence\tlabel\n', 'only-a-header', null],
  ['columns.tsv', `${GOOD}too few\n`, 'column-count', 6],
  ['label.tsv', `${GOOD}a sentence\t\n`, 'empty-label', 6],
  ['text.tsv', `${GOOD}   \tearly\n`, 'empty-text', 6],
  // What lies behind the first piece decides nothing about the encoding.
  [
    'bytes.tsv',
    Buffer.concat([Buffer.from(rows(4000)), Buffer.from([0xff, 0xfe, 0x41, 0x09, 0x62, 0x0a])]),
    'undecodable',
    4002,
  ],
  ['nul.tsv', `${GOOD}a\0b\tearly\n`, 'nul', 6],
  [
    'quote.csv',
    `sentence,label\n${'"a, b",early\n"c, d",modern\n'.repeat(40)}"open,early\n`,
    'unclosed-quote',
    82,
  ],
  [
    'lines.jsonl',
    '{"sentence": "a", "label": "x"}\n{"sentence": "b", "label": "y"}\n{"sentence": \n',
    'bad-json',
    3,
  ],
  ['list.json', '[{"sentence": "a", "label": "x"},\n {"sentence": ]', 'unreadable-json', 2],
  ['object.json', '{"name": "nothing",\n "of": "the kind"}', 'no-json-list', null],
  ['squad.json', squad(90), 'answer-not-found', null],
  ['kind.json', '{"data": [{"paragraphs": [{"context": 3}]}]}', 'not-squad', null],
  ['race.jsonl', `${article('A')}\n${article('E')}\n`, 'bad-article', 2],
]

async function firstFault(t: TestHost, name: string, content: string | Buffer): Promise<Said> {
  const train = await addFile(t, content, name)
  try {
    const { found } = await t.host.handlers['datasets.recognize']({ file_ids: [train] })
    const { layout, format, header, guess } = await t.host.handlers['datasets.preview']({ file_id: train })
    const { labels: _, kind, ...columns } = guess
    const wish = draft(train, { kind: found[0]?.kind ?? kind, layout, format, header, columns })
    const [first] = (await t.host.handlers['datasets.check'](wish)).faults.filter(
      ({ severity }) => severity !== 'warning',
    )
    return { code: first?.code, line: first?.line ?? null }
  } catch (error) {
    if (!(error instanceof HostFailure) || error.error.code !== 'bad-file') throw error
    return { code: error.error.fault?.code, line: error.error.line }
  }
}

test.each(FILES)('%s', async (name, content, code, line) => {
  expect(await firstFault(await startHost(), name, content)).toEqual({ code, line })
})

test('each has a sentence of its own in both languages', () => {
  const codes = FILES.map(([, , code]) => code)
  expect(new Set(codes).size).toBe(FILES.length)
  for (const language of ['en', 'zh']) {
    const file = path.join(root, 'renderer/i18n', language, 'datasets.json')
    const { faults } = JSON.parse(readFileSync(file, 'utf8')) as { faults: Record<string, string> }
    const sentences = codes.map((code) => faults[code])
    expect(sentences.every((sentence) => (sentence ?? '').length > 8)).toBe(true)
    expect(new Set(sentences).size).toBe(codes.length)
  }
})
