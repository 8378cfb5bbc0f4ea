// One row of a split, understood: the texts as they stand in the file, and the label as the task spells it.

export type Example = {
  guid: string
  text_a: string
  text_b: string | null
  /** One of the task's labels, or a number for regression; null where the split has no label column. */
  label: string | number | null
  /** What it is scored with apart from the rest, where the task groups its rows. */
  group?: string
  /** Line of the file on which the row starts, from 1. */
  line: number
}
