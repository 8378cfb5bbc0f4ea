// The first rows of a table in; whether they are questions with an answer in a text, or with options, and which column is what, out.

export type QuestionRoles = {
  kind: 'extractive-qa' | 'multiple-choice'
  /** Positions from 0. */
  context: number
  question: number
  answer: number | null
  answer_start: number | null
  options: number[]
  guid: number | null
}

const CONTEXT = /^(contexts?|passage|paragraph|article|document|story|原文|文章|上下文|篇章)$/i
const QUESTION = /^(question|query|问题|问句)$/i
const ANSWER =
  /^(answers?|answer_?(text|key|span)|correct(_?(answer|option))?|label|gold|right|span|答案|正确答案)$/i
const START = /^(answer_?start|start|start_?(char|position|index)|答案位置)$/i
const OPTIONS = /^(options|choices|endings|candidates|选项|候选)$/i
const OPTION = /^(?:(?:option|choice|ending|answer|选项)[_ ]?([A-H]|\d)|([A-H]))$/i
const ID = /^(id|idx|index|guid|uid|qid|question_?id|编号|序号)$/i

/** Null where the names do not say that a row is a question about a text. */
export function guessQuestions(
  rows: readonly (readonly string[])[],
  names: readonly string[],
): QuestionRoles | null {
  const position = (pattern: RegExp): number | null => {
    const at = names.findIndex((name) => pattern.test(name.trim()))
    return at < 0 ? null : at
  }
  const context = position(CONTEXT)
  const question = position(QUESTION)
  if (context === null || question === null) return null
  const guid = position(ID)
  const listed = position(OPTIONS)
  const single = names.flatMap((name, at) => (OPTION.test(name.trim()) ? [at] : []))
  const options = listed !== null ? [listed] : single.length >= 2 ? single : []
  const answer = names.findIndex((name, at) => ANSWER.test(name.trim()) && !options.includes(at))
  const roles = { context, question, answer: answer < 0 ? null : answer, options, guid }
  if (options.length > 0) return { ...roles, kind: 'multiple-choice', answer_start: null }
  const start = position(START)
  if (answer < 0 || (start === null && !standInContexts(rows, context, answer))) return null
  return { ...roles, kind: 'extractive-qa', answer_start: start }
}

/** Whether most answers that are given can be found in their contexts; answers of JSON say it by themselves. */
function standInContexts(rows: readonly (readonly string[])[], context: number, answer: number): boolean {
  const given = rows.filter((cells) => (cells[answer] ?? '').trim() !== '')
  const found = given.filter((cells) => {
    const text = (cells[answer] ?? '').trim()
    return /^[[{]/.test(text) || (cells[context] ?? '').includes(text)
  })
  return given.length > 0 && found.length * 2 > given.length
}
