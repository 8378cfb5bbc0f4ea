// Every sentence is filled in with what it names, and says a size in words.
import { expect, test } from 'vitest'
import { say, SENTENCES, type SentenceCode } from './sentences.ts'

test.each(Object.entries(SENTENCES))('%s is whole once it is filled in', (code, sentence) => {
  const names = [...sentence.matchAll(/{{(\w+)}}/g)].map(([, name = '']) => name)
  const facts = Object.fromEntries(names.map((name) => [name, name.endsWith('_bytes') ? 12e6 : `<${name}>`]))
  const { message, fault } = say(code as SentenceCode, facts)
  expect(message).not.toMatch(/[{}]/)
  for (const name of names) expect(message).toContain(name.endsWith('_bytes') ? '12 MB' : `<${name}>`)
  expect(fault).toEqual({ code, value: null, facts })
})

test('what stands in a fact is not taken for a pattern', () => {
  const { message } = say('file-not-there', { file: '$& {{file}}' })
  expect(message).toMatch(/^\$& /)
})
