// The sentences of refusals that a person may read in another language: code and facts in; the English sentence with both out.
import type { FaultFacts, SaidFault } from './errors.ts'

/**
 * `{{name}}` stands for a fact; one whose name ends in `_bytes` is said as a size. The window has the same sentences in Chinese
 * (`renderer/i18n/zh/host.json`); a test holds the two lists together.
 */
export const SENTENCES = {
  'move-not-a-folder': 'The models cannot be moved to {{into}}: it is not a folder.',
  'move-not-whole-path':
    'The models cannot be moved to {{into}}: give the whole path of a folder, as in /media/disk.',
  'move-there-already': 'The models cannot be moved to {{into}}: they lie there already.',
  'move-inside': 'The models cannot be moved to {{into}}: one of the two folders lies inside the other.',
  'move-name-taken':
    'The models cannot be moved to {{into}}: there is a folder {{name}} in it. Move that away, or choose another folder.',
  'move-copy-differs':
    'The models cannot be moved to {{into}}: the copy of {{file}} differs from it. Check that disk, then try again.',
  'move-no-room':
    '{{into}} has {{free_bytes}} free; the models need {{needed_bytes}}. Free some space there, or choose another folder.',
  'move-goes-on':
    'The models are being moved to {{into}} by another program. Wait until it is done, or end it there.',
  'archive-without-data':
    '{{file}} holds no data: no file in it ends in .tsv, .csv, .txt, .json or .jsonl. Choose another archive.',
  'predict-not-finished': '{{name}} has no trained weights: only a finished training run can answer a file.',
  'nothing-predicted': '{{name}} has predicted nothing: it had no test file, or was told not to.',
  'predictions-gone':
    'The predictions of {{name}} cannot be shown: the files in {{folder}}, or those that they are about, were moved or changed.',
  'move-nothing': 'There are no models of your own yet, so there is nothing to move.',
}

export type SentenceCode = keyof typeof SENTENCES

/** What a refusal says: `throw new HostFailure({ code: 'bad-file', file, …, ...say('move-not-a-folder', { into }) })`. */
export function say(code: SentenceCode, facts: FaultFacts = {}): { message: string; fault: SaidFault } {
  const words = Object.entries(facts).map(([name, value]) => [name, inWords(name, value)] as const)
  const message = words.reduce(
    (text, [name, value]) => text.replaceAll(`{{${name}}}`, () => value),
    SENTENCES[code],
  )
  return { message, fault: { code, value: null, facts } }
}

function inWords(name: string, value: string | number): string {
  return name.endsWith('_bytes') ? `${(Number(value) / 1e6).toFixed(0)} MB` : String(value)
}
