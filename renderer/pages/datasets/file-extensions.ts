// The endings of files that hold tables, for the file chooser; others can be dropped all the same.
export const FILE_EXTENSIONS = ['.tsv', '.csv', '.txt', '.tab', '.json', '.jsonl', '.ndjson'] as const
