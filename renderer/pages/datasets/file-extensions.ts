// The endings of files that hold tables, and of archives of them, for the file chooser; others can be dropped all the same.
export const TABLE_EXTENSIONS = ['.tsv', '.csv', '.txt', '.tab', '.json', '.jsonl', '.ndjson'] as const
export const FILE_EXTENSIONS = [...TABLE_EXTENSIONS, '.zip', '.tar', '.tgz', '.gz'] as const
