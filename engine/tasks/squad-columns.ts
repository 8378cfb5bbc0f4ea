// The fields of a SQuAD file that hold what a question consists of.

export const SQUAD_COLUMNS = { guid: 'id', text_a: 'question', text_b: 'context', label: 'answers' } as const
